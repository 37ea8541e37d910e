import type { AwsCredentials } from '../config/aws-source';
import { keepSecret } from '../errors/redact';

/** Credentials as an answer gave them, hidden from every output; undefined when a part is missing. */
export function credentialsOf(
  parts: {
    readonly [name in keyof AwsCredentials]: unknown;
  },
): AwsCredentials | undefined {
  const { accessKeyId, secretAccessKey, sessionToken } = parts;
  for (const secret of [secretAccessKey, sessionToken]) if (typeof secret === 'string') keepSecret(secret);
  return typeof accessKeyId === 'string' &&
    typeof secretAccessKey === 'string' &&
    typeof sessionToken === 'string'
    ? { accessKeyId, secretAccessKey, sessionToken }
    : undefined;
}
