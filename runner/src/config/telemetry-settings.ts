import { keepSecret } from '../errors/redact';
import { type Environment, EnvironmentReader } from './environment';

/** Whom the run is told to, besides its log; all of it undefined where nobody asked for it. */
export interface TelemetrySettings {
  /** URL of a collector that takes OTLP over HTTP; a signal can have one of its own. */
  readonly endpoint: string | undefined;
  /** As OpenTelemetry writes them: `name=value,name=value`. */
  readonly headers: string | undefined;
  /** As W3C Trace Context writes it. */
  readonly traceparent: string | undefined;
  /** URL of a Pushgateway. */
  readonly pushgateway: string | undefined;
  /** What can't be used. It fails no run. */
  readonly problems: readonly string[];
}

const OWN_ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'] as const;

/** Undefined where nobody is to be told, or OTEL_SDK_DISABLED is `true`. */
export function readTelemetry(env: Environment): TelemetrySettings | undefined {
  const own = OWN_ENDPOINTS.map((name) => env[name]?.trim()).filter(Boolean);
  const isAsked =
    env.OTEL_EXPORTER_OTLP_ENDPOINT || own.length > 0 || env.PUSHGATEWAY_URL || env.PUSHGATEWAY_URL_FILE;
  if (!isAsked || env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return undefined;
  const reader = new EnvironmentReader(env);
  const [endpoint, headers] = [
    reader.text('OTEL_EXPORTER_OTLP_ENDPOINT')?.trim(),
    reader.text('OTEL_EXPORTER_OTLP_HEADERS'),
  ];
  const pushgateway = reader.text('PUSHGATEWAY_URL')?.trim();
  const traceparent = reader.text('TRACEPARENT')?.trim();
  for (const url of [endpoint, pushgateway, ...own]) keepPassword(url);
  for (const text of [headers, env.OTEL_EXPORTER_OTLP_TRACES_HEADERS, env.OTEL_EXPORTER_OTLP_METRICS_HEADERS])
    keepHeaders(text);
  return { endpoint, headers, traceparent, pushgateway, problems: reader.problems };
}

function keepPassword(url: string | undefined): void {
  if (!url || !URL.canParse(url)) return;
  const { password } = new URL(url);
  for (const spelling of [password, decoded(password)]) if (spelling) keepSecret(spelling);
}

/** Their values one by one: an answer can repeat one of them. */
function keepHeaders(text: string | undefined): void {
  for (const header of text?.split(',') ?? []) {
    const value = header.slice(header.indexOf('=') + 1).trim();
    for (const spelling of [value, decoded(value)]) {
      if (spelling) keepSecret(spelling);
      // The scheme (`Bearer`, `Basic`) is none.
      const credentials = spelling.split(' ').at(-1);
      if (credentials) keepSecret(credentials);
    }
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
