import { isIP } from 'node:net';
import { type AwsSource, readAwsSource } from './aws-source';
import { type AzureIdentity, readAzureIdentity } from './azure-identity';
import type { Environment, EnvironmentReader } from './environment';
import type { TlsSettings } from './tls-settings';

/** How the role proves who it is. A token is fetched anew for each connection and never kept. */
export type Login =
  | { readonly kind: 'password' }
  | { readonly kind: 'aws-rds-iam'; readonly region: string; readonly source: AwsSource }
  | { readonly kind: 'azure-entra'; readonly identity: AzureIdentity };

const KINDS = ['password', 'aws-rds-iam', 'azure-entra'];

interface Given {
  readonly host: string | undefined;
  readonly password: string | undefined;
  readonly tls: TlsSettings | undefined;
}

/** Undefined when something is wrong; `reader.problems` says what. */
export function readLogin(reader: EnvironmentReader, env: Environment, given: Given): Login | undefined {
  const kind = reader.oneOf('DATABASE_LOGIN', KINDS);
  if (kind === undefined) return undefined;
  if (kind === 'password') return { kind };
  const before = reader.problems.length;
  reader.problems.push(...tokenProblems(kind, env, given));
  const login = kind === 'aws-rds-iam' ? readAws(reader, env, given.host) : readAzure(reader, env);
  return reader.problems.length > before ? undefined : login;
}

/** A token is a password for whoever reads it on its way. */
function tokenProblems(kind: string, env: Environment, { password, tls }: Given): string[] {
  const problems: string[] = [];
  if (password !== undefined) {
    problems.push(
      `a password is given, but DATABASE_LOGIN=${kind} fetches a token in its place; take the password away, or unset DATABASE_LOGIN`,
    );
  }
  if (tls?.mode === 'disable' || tls?.mode === 'prefer') {
    const mode = env.PGSSLMODE === undefined && tls.mode === 'prefer' ? 'prefer, its default,' : tls.mode;
    problems.push(
      `PGSSLMODE is ${mode} and can send the token of DATABASE_LOGIN=${kind} as plain text; set PGSSLMODE=verify-full and PGSSLROOTCERT`,
    );
  }
  return problems;
}

function readAws(reader: EnvironmentReader, env: Environment, host = ''): Login | undefined {
  if (isIP(host)) {
    reader.problems.push(
      `PGHOST is ${JSON.stringify(host)}, but a token of AWS is made for the name; give the endpoint of the database`,
    );
  }
  const around = reader.text('AWS_REGION') || env.AWS_DEFAULT_REGION || undefined;
  const region = regionOf(host) ?? around;
  // Roles are given out in the cluster's own region, where its network leads.
  const source = readAwsSource(env, around ?? region, reader.problems);
  if (!region && source && source.kind !== 'none') {
    reader.problems.push(
      'AWS_REGION is not given, and PGHOST does not name a region; set it to that of the database',
    );
  }
  return source && { kind: 'aws-rds-iam', region: region ?? '', source };
}

/**
 * The region that the endpoint of a database names; in China it stands behind `rds`, and the endpoint of a global database
 * has none. It counts before AWS_REGION, which EKS sets to the cluster's own.
 */
function regionOf(host: string): string | undefined {
  const [, before, behind] =
    /\.(?:((?:[a-z]+-)+\d+)\.rds|rds\.((?:[a-z]+-)+\d+))\.amazonaws\.com(?:\.cn)?\.?$/i.exec(host) ?? [];
  return (before ?? behind)?.toLowerCase();
}

function readAzure(reader: EnvironmentReader, env: Environment): Login | undefined {
  const identity = readAzureIdentity(reader, env);
  return identity && { kind: 'azure-entra', identity };
}
