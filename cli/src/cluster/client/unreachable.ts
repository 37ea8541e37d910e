import { GateError } from '../../../../runner/src/errors/gate-error';
import { NETWORK_LOST } from '../../../../runner/src/errors/network-lost';
import { codeOf } from '../../../../runner/src/errors/to-gate-error';
import { ClusterError } from './cluster-error';
import type { SelectedContext } from './select-context';

/** Anything else a repetition would meet again. */
const LOST = new Set<string>([...NETWORK_LOST, 'EAI_AGAIN', 'ENOTFOUND', 'ERR_STREAM_PREMATURE_CLOSE']);

const WORDS: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'its name can not be resolved now (EAI_AGAIN)',
  ECONNREFUSED: 'it refuses connections (ECONNREFUSED)',
  ECONNRESET: 'the connection broke (ECONNRESET)',
  ENOTFOUND: 'its name is unknown (ENOTFOUND)',
};

/** Whether a repetition may help: the way to the server was cut, or the server has no time, or is not well. */
export function isLost(failure: ClusterError): boolean {
  if (failure.exit !== 'API_UNREACHABLE') return false;
  if (failure.status !== undefined) return true;
  const code = codeOf(failure.cause);
  return code === undefined || LOST.has(code);
}

/** Any failure of a request as this command tells it. */
export function unreachable(error: unknown, { server, name }: SelectedContext): Error {
  if (error instanceof ClusterError && error.status !== undefined && error.exit === 'API_UNREACHABLE') {
    return new ClusterError(
      'API_UNREACHABLE',
      error.message.replace(/^the API /, `the Kubernetes API at ${server} `),
      error,
    );
  }
  if (error instanceof GateError) return error;
  const code = codeOf(error);
  const said = error instanceof Error ? error.message : String(error);
  if (isCertificate(code, said)) {
    return new ClusterError(
      'API_UNREACHABLE',
      `the certificate of the Kubernetes API at ${server} is not trusted: ${said}`,
      {
        remedy: `give the certificate authority of context ${name} in the kubeconfig`,
        cause: error,
      },
    );
  }
  const why = (code && WORDS[code]) ?? said;
  return new ClusterError('API_UNREACHABLE', `the Kubernetes API at ${server} can't be reached: ${why}`, {
    remedy: `look whether the server of context ${name} is up, and reachable from here`,
    cause: error,
  });
}

function isCertificate(code: string | undefined, said: string): boolean {
  return (
    /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|ERR_TLS/.test(code ?? '') || /certificate/i.test(said)
  );
}
