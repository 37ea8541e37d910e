import type postgres from 'postgres';
import { GateError } from '../errors/gate-error';
import { onInterrupt } from '../interruption';
import type { Attempt } from './attempt';
import type { SessionOptions } from './driver-options';
import { timeoutError } from './network-error';
import type { Answer, Row, Session } from './session';

/** What is known of a session as soon as it is there. */
export type SessionIdentity = Pick<Session, 'pooled' | 'backendPid' | 'backslashes' | 'tls'>;

/**
 * The driver itself would take a function, but never get over one that fails. A session is one connection, so this is a
 * new token for each.
 */
export async function passwordFor({ connection, connectTimeout, signal }: SessionOptions): Promise<string> {
  if (connection.login.kind === 'password') return connection.password ?? '';
  try {
    const { fetchToken } = await import('../login/fetch-token');
    return await fetchToken(connection, AbortSignal.any([signal, AbortSignal.timeout(connectTimeout)]));
  } catch (error) {
    if (signal.aborted) throw interrupted(signal.reason);
    throw error;
  }
}

/**
 * Waits for the login, and tells whether the server process is the one that the login named: a pooler gives a key of
 * its own. The driver itself would go on for ever when the server closes each connection before the login.
 */
export async function firstAnswer(
  sql: postgres.Sql,
  { connection, connectTimeout, signal, opening, meanwhile }: SessionOptions,
  attempt: Attempt,
): Promise<SessionIdentity & { readonly rows: Row[] }> {
  let timer: NodeJS.Timeout | undefined;
  let stopListening = () => undefined as unknown;
  const expiry = new Promise<never>((_, reject) => {
    const interrupt = () => reject(interrupted(signal.reason));
    timer = setTimeout(() => reject(timeoutError(connection, attempt, connectTimeout)), connectTimeout);
    if (signal.aborted) interrupt();
    else stopListening = onInterrupt(signal, interrupt);
    meanwhile?.().catch(reject);
  });
  try {
    const texts = ['select pg_backend_pid() as pid', ...(opening === undefined ? [] : [opening])];
    const answer = await Promise.race([sql.unsafe(texts.join('; ')).simple(), expiry]);
    const [first, rows] = opening === undefined ? [answer] : (answer as unknown as Answer[]);
    const backendPid = Number(first?.[0]?.pid);
    // The server reports this one with the login.
    const backslashes = sql.parameters.standard_conforming_strings === 'off';
    const pooled = backendPid !== first?.state.pid;
    return { backendPid, pooled, backslashes, tls: attempt.tls, rows: [...(rows ?? [])] };
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

export function interrupted(cause: unknown): GateError {
  return new GateError('TRY_AGAIN', 'interrupted: the running statement was cancelled', {
    remedy: 'run again; what was not committed has been rolled back',
    cause,
  });
}
