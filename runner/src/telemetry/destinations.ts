import type { Environment } from '../config/environment';
import type { TelemetrySettings } from '../config/telemetry-settings';
import { readHeaders } from './headers';

/** Where one kind of telemetry goes over OTLP. */
export interface OtlpDestination {
  readonly url: string;
  readonly format: 'protobuf' | 'json';
  readonly headers: Readonly<Record<string, string>>;
}

export interface Destinations {
  readonly traces: OtlpDestination | undefined;
  readonly metrics: OtlpDestination | undefined;
  readonly pushgateway: string | undefined;
}

const FORMATS: Readonly<Record<string, OtlpDestination['format']>> = {
  'http/protobuf': 'protobuf',
  'http/json': 'json',
};

/**
 * Where a run is told, by the variables of OpenTelemetry's SDK. What can't be used is left out, and `problems` says why:
 * the SDK would send it to localhost instead.
 */
export function findDestinations(
  settings: TelemetrySettings,
  env: Environment,
  problems: string[],
): Destinations {
  const otlp = (signal: 'traces' | 'metrics') => otlpDestination(signal, settings, env, problems);
  const { pushgateway } = settings;
  const isUsable = pushgateway !== undefined && isHttpUrl(pushgateway);
  if (pushgateway !== undefined && !isUsable) {
    problems.push('PUSHGATEWAY_URL is no URL that begins with http:// or https://');
  }
  return {
    ...{ traces: otlp('traces'), metrics: otlp('metrics') },
    pushgateway: isUsable ? pushgateway : undefined,
  };
}

function otlpDestination(
  signal: 'traces' | 'metrics',
  { endpoint, headers = '' }: TelemetrySettings,
  env: Environment,
  problems: string[],
): OtlpDestination | undefined {
  const upper = signal.toUpperCase();
  if (env[`OTEL_${upper}_EXPORTER`]?.trim() === 'none') return undefined;
  const of = (name: string) =>
    firstOf(env, `OTEL_EXPORTER_OTLP_${upper}_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
  const own = firstOf(env, `OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`);
  const given = own?.value ?? endpoint;
  if (given === undefined) return undefined;
  if (!isHttpUrl(given)) {
    problems.push(
      `${own?.name ?? 'OTEL_EXPORTER_OTLP_ENDPOINT'} is no URL that begins with http:// or https://`,
    );
    return undefined;
  }
  const protocol = of('PROTOCOL') ?? { name: '', value: 'http/protobuf' };
  const format = FORMATS[protocol.value];
  if (!format) {
    const shown = JSON.stringify(protocol.value);
    problems.push(`${protocol.name} is ${shown}, which is not supported; give http/protobuf or http/json`);
    return undefined;
  }
  const ofSignal = `OTEL_EXPORTER_OTLP_${upper}_HEADERS`;
  return {
    url: own ? given : below(given, `/v1/${signal}`),
    format,
    headers: {
      ...readHeaders(headers, 'OTEL_EXPORTER_OTLP_HEADERS', problems),
      ...readHeaders(env[ofSignal] ?? '', ofSignal, problems),
    },
  };
}

/** A path below that of a URL, whose query stays behind it. */
function below(url: string, path: string): string {
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/+$/, '')}${path}`;
  return target.href;
}

function firstOf(env: Environment, ...names: readonly string[]): { name: string; value: string } | undefined {
  const name = names.find((each) => env[each]?.trim());
  return name === undefined ? undefined : { name, value: env[name]?.trim() ?? '' };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
