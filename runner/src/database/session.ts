import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Connection } from '../config/connection';
import { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { codeOf, toGateError } from '../errors/to-gate-error';

export interface SessionOptions {
  readonly connection: Connection;
  /** Milliseconds one attempt to connect may take. */
  readonly connectTimeout: number;
  /** Aborting it cancels the running statement on the server. */
  readonly signal: AbortSignal;
  readonly onNotice?: (message: string, severity: string) => void;
}

export type Row = Record<string, unknown>;

/** One connection to the database. Its loss is an error and never hidden by a silent reconnect. */
export interface Session {
  /** Runs one statement with parameters and gives its rows. */
  query<T = Row>(text: string, parameters?: readonly (string | number | null)[]): Promise<T[]>;
  /** Runs text as it is, in the simple protocol: no parameters, any number of statements. */
  execute(text: string): Promise<void>;
}

/** Opens one session, and closes it whatever happens. Settings come explicitly, never from the driver's own look at the environment. */
export async function withSession<T>(
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const loss = new AbortController();
  const sql = postgres({ ...driverOptions(options), onclose: () => loss.abort() });
  let reserved: postgres.ReservedSql | undefined;
  try {
    // The driver never gives a connection that is reserved before its first query (with fetch_types off).
    await firstAnswer(sql, options);
    reserved = await sql.reserve();
    return await use(sessionOf(reserved, options.signal, loss.signal));
  } finally {
    if (!loss.signal.aborted) reserved?.release();
    await sql.end({ timeout: reserved && !loss.signal.aborted ? 2 : 0 }).catch(() => undefined);
  }
}

/** The driver itself would go on for ever when the server closes each connection before the login. */
async function firstAnswer(sql: postgres.Sql, { connectTimeout, signal }: SessionOptions): Promise<void> {
  const settled = new AbortController();
  const limit = AbortSignal.any([signal, settled.signal]);
  const expiry = sleep(connectTimeout, undefined, { signal: limit }).then(
    () => {
      throw Object.assign(new Error('no answer'), { code: 'CONNECT_TIMEOUT' });
    },
    () => {
      if (signal.aborted) throw interrupted(signal.reason);
    },
  );
  try {
    await Promise.race([sql.unsafe('select 1'), expiry]);
  } finally {
    settled.abort();
  }
}

function sessionOf(sql: postgres.ReservedSql, signal: AbortSignal, loss: AbortSignal): Session {
  const run = async (query: ReturnType<postgres.ReservedSql['unsafe']>): Promise<Row[]> => {
    if (signal.aborted) throw interrupted(signal.reason);
    // Given a connection that was closed while it was idle, the driver crashes or never answers.
    if (loss.aborted) throw toGateError(Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' }));
    // The request to cancel has a connection of its own; when that fails, the statement's own end is awaited.
    const cancel = () => void Promise.resolve(query.cancel()).catch(() => undefined);
    signal.addEventListener('abort', cancel);
    try {
      return [...(await query)] as Row[];
    } catch (error) {
      if (signal.aborted && codeOf(error) === SqlState.QUERY_CANCELED) throw interrupted(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
  return {
    query: async <T>(text: string, parameters: readonly (string | number | null)[] = []) =>
      (await run(sql.unsafe(text, [...parameters]))) as T[],
    execute: async (text) => {
      await run(sql.unsafe(text).simple());
    },
  };
}

function interrupted(cause: unknown): GateError {
  return new GateError('TRY_AGAIN', 'interrupted: the running statement was cancelled', {
    remedy: 'run again; what was not committed has been rolled back',
    cause,
  });
}

function driverOptions({
  connection,
  connectTimeout,
  onNotice,
}: SessionOptions): postgres.Options<Record<string, never>> {
  return {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    username: connection.user,
    password: connection.password ?? '',
    ssl: tlsOptions(connection),
    max: 1,
    connect_timeout: connectTimeout / 1000,
    // A session that ends by itself would take the lock with it.
    idle_timeout: undefined,
    max_lifetime: null,
    // Named statements do not survive a pooler in transaction mode.
    prepare: false,
    fetch_types: false,
    connection: { application_name: 'drizzle-gate' },
    onnotice: (notice) => onNotice?.(notice.message ?? '', notice.severity ?? 'NOTICE'),
  };
}

function tlsOptions({
  sslmode,
  rootCertificates,
}: Connection): postgres.Options<Record<string, never>>['ssl'] {
  if (sslmode === 'disable') return false;
  if (sslmode === 'prefer') return 'prefer';
  return {
    rejectUnauthorized: sslmode !== 'require',
    ...(rootCertificates === undefined ? {} : { ca: rootCertificates }),
    // verify-ca trusts the issuer, whatever name the certificate carries.
    ...(sslmode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}
