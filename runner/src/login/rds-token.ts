import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from '../config/aws-source';
import { keepSecret } from '../errors/redact';

export interface RdsTokenInput {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** Seconds in which a connection can be opened with it; what is open stays. */
const LIFETIME = '900';
const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The password for a role that was granted rds_iam: a signed request that is never sent. It is computed here, without a
 * call to anybody.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
 */
export function rdsToken({ host, port, user, region, credentials }: RdsTokenInput, now = new Date()): string {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/rds-db/aws4_request`;
  const query = canonicalQuery({
    Action: 'connect',
    DBUser: user,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': LIFETIME,
    ...(sessionToken && { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  });
  const request = ['GET', '/', query, `host:${host}:${port}`, '', 'host', digest('')].join('\n');
  const toSign = [ALGORITHM, time, scope, digest(request)].join('\n');
  const key = [day, region, 'rds-db', 'aws4_request'].reduce<string | Buffer>(
    (from, text) => hmac(from, text),
    `AWS4${secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  const token = `${host}:${port}/?${query}&X-Amz-Signature=${signature}`;
  for (const secret of [token, signature]) keepSecret(secret);
  return token;
}

function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** As RFC 3986 has it, which leaves less than the browsers do. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
