import type { AwsCredentials, AwsSource } from '../config/aws-source';
import { GateError } from '../errors/gate-error';
import { credentialsOf } from './credentials-of';
import { type HttpAnswer, isBusy, send } from './http';
import { readTokenFile } from './token-file';

type WebIdentity = Extract<AwsSource, { kind: 'web-identity' }>;

/** What may be otherwise in a moment: the service has not reached the cluster's own keys, or has too much to do. */
const PASSING = new Set([
  'IDPCommunicationError',
  // AWS's own tools ask again: what it knows of the cluster's provider can be older than the provider.
  'InvalidIdentityToken',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
]);
/** The role's name itself is wrong. */
const WRONG = new Set(['ValidationError', 'InvalidParameterValue']);

/**
 * Trades the token of the service account for the credentials of its role (IRSA).
 *
 * @throws GateError: 69 when the service can't be asked, 77 when it refuses, 78 when what was asked is wrong.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function assumeRole(source: WebIdentity, signal: AbortSignal): Promise<AwsCredentials> {
  const answer = await send(new URL(source.endpoint), {
    method: 'POST',
    form: {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: source.roleArn,
      RoleSessionName: source.sessionName,
      WebIdentityToken: readTokenFile('AWS_WEB_IDENTITY_TOKEN_FILE', source.tokenFile),
    },
    signal,
  });
  if (answer.status !== 200) throw refusal(answer, source);
  const { text } = answer;
  const credentials = credentialsOf({
    accessKeyId: element(text, 'AccessKeyId'),
    secretAccessKey: element(text, 'SecretAccessKey'),
    sessionToken: element(text, 'SessionToken'),
  });
  if (credentials) return credentials;
  throw new GateError('UNAVAILABLE', `login: ${new URL(source.endpoint).host} answers without credentials`, {
    remedy: 'look what answers there (AWS_ENDPOINT_URL_STS)',
  });
}

function refusal({ status, text }: HttpAnswer, { roleArn, endpoint }: WebIdentity): GateError {
  const { host } = new URL(endpoint);
  const code = element(text, 'Code') ?? `HTTP ${status}`;
  const message = element(text, 'Message');
  const said = message ? `${code}: ${message}` : code;
  if (PASSING.has(code) || isBusy(status)) {
    return new GateError('UNAVAILABLE', `login: ${host} gives no credentials now: ${said}`, {
      remedy: 'run again',
    });
  }
  return new GateError(
    WRONG.has(code) ? 'CONFIG' : 'ACCESS',
    `login: ${host} refuses the role ${JSON.stringify(roleArn)}: ${said}`,
    {
      remedy:
        "look at the role's trust policy: it must name this cluster's OIDC provider, the namespace and the service account, and the audience sts.amazonaws.com",
    },
  );
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity] ?? '').trim();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
