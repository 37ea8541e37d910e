import type { AwsCredentials, AwsSource } from '../config/aws-source';
import { GateError } from '../errors/gate-error';
import { credentialsOf } from './credentials-of';
import { isBusy, send } from './http';
import { readTokenFile } from './token-file';

type Container = Extract<AwsSource, { kind: 'container' }>;

/**
 * Asks the agent of the node (EKS Pod Identity), which needs no way into the internet.
 *
 * @throws GateError: 69 when it can't be asked or does not know the pod yet, 77 when it refuses.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
 */
export async function askContainerAgent(source: Container, signal: AbortSignal): Promise<AwsCredentials> {
  const { uri, token, tokenFile } = source;
  const authorization = tokenFile
    ? readTokenFile('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', tokenFile)
    : token;
  const url = new URL(uri);
  const { status, text } = await send(url, {
    method: 'GET',
    ...(authorization && { headers: { authorization } }),
    signal,
  });
  const answer = parse(text);
  if (status !== 200) {
    const code = String(answer.code ?? answer.Code ?? `HTTP ${status}`);
    const message = answer.message ?? answer.Message;
    // An association that was just made is not known everywhere at once.
    const mayPass = status === 404 || code === 'ResourceNotFoundException' || isBusy(status);
    throw new GateError(
      mayPass ? 'UNAVAILABLE' : 'ACCESS',
      `login: ${url.host} gives no credentials: ${code}${typeof message === 'string' ? `: ${message}` : ''}`,
      {
        remedy: 'look at the Pod Identity association of this namespace and service account, and at its role',
      },
    );
  }
  const credentials = credentialsOf({
    accessKeyId: answer.AccessKeyId,
    secretAccessKey: answer.SecretAccessKey,
    sessionToken: answer.Token,
  });
  if (credentials) return credentials;
  throw new GateError('UNAVAILABLE', `login: ${url.host} answers without credentials`, {
    remedy: 'look what answers there (AWS_CONTAINER_CREDENTIALS_FULL_URI)',
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
