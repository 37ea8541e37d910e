import { keepSecret } from '../errors/redact';
import type { Environment } from './environment';
import { showUrl, trustedUrl } from './trusted-url';

/** Where credentials of AWS come from, in the order in which its own tools look. */
export type AwsSource =
  | { readonly kind: 'keys'; readonly credentials: AwsCredentials }
  | {
      readonly kind: 'web-identity';
      readonly roleArn: string;
      readonly sessionName: string;
      readonly tokenFile: string;
      readonly endpoint: string;
    }
  | {
      readonly kind: 'container';
      readonly uri: string;
      readonly tokenFile: string | undefined;
      readonly token: string | undefined;
    }
  /** In a pod that no webhook has changed. */
  | { readonly kind: 'none' };

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Where the agents of EKS and ECS answer; any other address would be told the token of the pod. */
const AGENTS = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];

/** Undefined when what is set does not fit together; `problems` says what. */
export function readAwsSource(
  env: Environment,
  region: string | undefined,
  problems: string[],
): AwsSource | undefined {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = env;
  if (id || secret) return readKeys(env, problems);
  const { AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile } = env;
  if (roleArn || tokenFile) {
    if (!roleArn || !tokenFile) {
      problems.push(
        'AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE belong together, but only one is set; set both',
      );
      return undefined;
    }
    const [variable, given] = (['AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL'] as const).flatMap((name) =>
      env[name] ? [[name, env[name]] as const] : [],
    )[0] ?? ['AWS_REGION', undefined];
    const endpoint = given ?? stsOf(region);
    if (!trustedUrl(endpoint)) {
      problems.push(`${variable} is ${showUrl(endpoint)}; give an https:// URL without a user`);
      return undefined;
    }
    const sessionName = env.AWS_ROLE_SESSION_NAME || 'drizzle-gate';
    return { kind: 'web-identity', roleArn, tokenFile, sessionName, endpoint };
  }
  if (env.AWS_CONTAINER_CREDENTIALS_FULL_URI || env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
    return readContainer(env, problems);
  }
  if (env.KUBERNETES_SERVICE_HOST) return { kind: 'none' };
  problems.push(
    'DATABASE_LOGIN=aws-rds-iam finds no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (profiles are not read: aws configure export-credentials --format env)',
  );
  return undefined;
}

function readKeys(env: Environment, problems: string[]): AwsSource | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const sessionToken = env.AWS_SESSION_TOKEN || undefined;
  for (const secret of [secretAccessKey, sessionToken]) if (secret) keepSecret(secret);
  if (accessKeyId && secretAccessKey) {
    return { kind: 'keys', credentials: { accessKeyId, secretAccessKey, sessionToken } };
  }
  problems.push('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together, but only one is set; set both');
  return undefined;
}

function readContainer(env: Environment, problems: string[]): AwsSource | undefined {
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const uri = full || `http://169.254.170.2${env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`;
  if (!trustedUrl(uri, AGENTS)) {
    problems.push(
      `AWS_CONTAINER_CREDENTIALS_FULL_URI is ${showUrl(uri)}, which is no agent of AWS; give an https:// URL, or one of ${AGENTS.join(', ')}`,
    );
    return undefined;
  }
  const token = env.AWS_CONTAINER_AUTHORIZATION_TOKEN || undefined;
  if (token) keepSecret(token);
  return {
    kind: 'container',
    uri,
    token,
    tokenFile: env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE || undefined,
  };
}

/** The service that gives out roles, in the region itself: its interface endpoint is what a closed network opens. */
function stsOf(region = ''): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
