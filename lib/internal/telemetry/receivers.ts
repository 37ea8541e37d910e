import type { OtlpOptions, PushgatewayOptions, TelemetryOptions } from '../../telemetry/telemetry-options';
import type { EnvSource } from '../pod-parts';
import { Problems, shown } from '../problems';
import { dataKeyProblem, objectNameProblem } from '../syntax';
import type { Receiver } from './receiver';
import { receiverUrl } from './receiver-url';
import { attributesOf } from './resource-attributes';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';
const PUSHGATEWAY = 'PUSHGATEWAY_URL';
const PUSHGATEWAY_PORT = 9091;

export function otlpReceiver(options: OtlpOptions): Receiver {
  const { endpoint, headersSecretName, headersSecretKey } = options;
  const problems = new Problems();
  const url = receiverUrl(problems, endpoint, {
    ...{ subject: 'endpoint', port: 4318, secretProp: 'headersSecretName' },
  });
  const headers = secretSource(problems, 'headersSecret', headersSecretName, headersSecretKey, HEADERS);
  return received(problems, options, url?.host, url?.port, {
    [ENDPOINT]: { value: endpoint },
    ...(headers && { [HEADERS]: headers }),
  });
}

export function pushgatewayReceiver(options: PushgatewayOptions): Receiver {
  const { url: text, urlSecretName, urlSecretKey, peer } = options;
  const problems = new Problems();
  if ((text === undefined) === (urlSecretName === undefined)) {
    problems.add('url', `${shown(text)} and urlSecretName ${shown(urlSecretName)}: give exactly one of them`);
  }
  const url =
    text === undefined
      ? undefined
      : receiverUrl(problems, text, {
          ...{ subject: 'url', port: PUSHGATEWAY_PORT, secretProp: 'urlSecretName' },
        });
  const secret = secretSource(problems, 'urlSecret', urlSecretName, urlSecretKey, PUSHGATEWAY);
  const source = secret ?? { value: text ?? '' };
  const port = url?.port ?? peer?.port ?? PUSHGATEWAY_PORT;
  return received(problems, options, url?.host, port, { [PUSHGATEWAY]: source });
}

function received(
  problems: Problems,
  { peer, ...options }: TelemetryOptions,
  host: string | undefined,
  port: number | undefined,
  env: Receiver['env'],
): Receiver {
  const attributes = attributesOf(problems, options);
  problems.throwIfAny();
  return { env, attributes, host, port: port ?? 0, peer };
}

/** Telemetry that is missing keeps no migration from running. */
function secretSource(
  problems: Problems,
  prop: string,
  secretName: string | undefined,
  givenKey: string | undefined,
  usualKey: string,
): EnvSource | undefined {
  if (secretName === undefined) {
    if (givenKey !== undefined)
      problems.add(`${prop}Key`, `${shown(givenKey)} is of no Secret; give ${prop}Name`);
    return undefined;
  }
  const key = givenKey ?? usualKey;
  problems.check(`${prop}Name`, objectNameProblem(secretName));
  problems.check(`${prop}Key`, dataKeyProblem(key));
  return { secretName, key, isOptional: true };
}
