import type { Connection } from './connection';

/**
 * The name by which the API server knows the caller.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#self-subject-review
 */
export async function readUserName(
  connection: Connection,
  server: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const apiVersion = 'authentication.k8s.io/v1';
  const { text } = await connection.text(
    {
      method: 'POST',
      url: `${server}/apis/${apiVersion}/selfsubjectreviews`,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ apiVersion, kind: 'SelfSubjectReview' }),
    },
    signal,
  );
  const review = JSON.parse(text) as { status?: { userInfo?: { username?: unknown } } };
  const name = review.status?.userInfo?.username;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
