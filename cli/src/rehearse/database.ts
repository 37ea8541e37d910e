import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { GateError } from '../../../runner/src/errors/gate-error';
import { keepName, keepSecret } from '../../../runner/src/errors/redact';
import { isServerError } from '../../../runner/src/errors/server-error';
import { toGateError } from '../../../runner/src/errors/to-gate-error';
import { startEmbeddedServer } from '../server/embedded-server';

/** A database that exists only for the rehearsal. */
export interface RehearsalDatabase {
  /** For a person: what it is and where, without a password. */
  readonly description: string;
  /** The values that the Secret of the manifest would have, by variable. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sql: postgres.Sql;
}

/** Gives a new database on an embedded PostgreSQL, or on the server of `serverUrl`, and removes it afterwards. */
export async function withRehearsalDatabase<T>(
  serverUrl: string | undefined,
  signal: AbortSignal,
  use: (database: RehearsalDatabase) => Promise<T>,
): Promise<T> {
  if (serverUrl !== undefined) return withDatabaseOn(serverUrl, 'a new database on', use);
  const server = await startEmbeddedServer();
  try {
    signal.throwIfAborted();
    return await withDatabaseOn(server.url('postgres'), 'embedded PostgreSQL at', use);
  } finally {
    await server.stop();
  }
}

async function withDatabaseOn<T>(
  serverUrl: string,
  what: string,
  use: (database: RehearsalDatabase) => Promise<T>,
): Promise<T> {
  const url = parseUrl(serverUrl);
  const name = `drizzle_gate_rehearsal_${randomBytes(5).toString('hex')}`;
  const admin = connect(url.href);
  try {
    await createDatabase(admin, name, url.host);
    url.pathname = `/${name}`;
    const sql = connect(url.href);
    try {
      return await use({
        description: `${what} ${url.host}, database ${name}`,
        environment: environmentOf(url, name),
        sql,
      });
    } finally {
      await sql.end({ timeout: 2 });
      await dropDatabase(admin, name, url.host);
    }
  } finally {
    await admin.end({ timeout: 2 });
  }
}

/** @param template database that is copied; nobody may be connected to it. */
export async function createDatabase(
  admin: postgres.Sql,
  name: string,
  host: string,
  template?: string,
): Promise<void> {
  try {
    await admin.unsafe(`create database ${name}${template ? ` template ${template}` : ''}`);
  } catch (error) {
    const exit = isServerError(error) ? toGateError(error).exit : 'UNAVAILABLE';
    throw new GateError(exit, `no database can be made on ${host}: ${reasonOf(error)}`, {
      remedy:
        exit === 'UNAVAILABLE'
          ? 'correct --server or start that server, or leave --server out for an embedded PostgreSQL'
          : 'give --server a role that may create databases, or leave it out for an embedded PostgreSQL',
      cause: error,
    });
  }
}

export async function dropDatabase(admin: postgres.Sql, name: string, host: string): Promise<void> {
  try {
    await admin.unsafe(`drop database ${name} with (force)`);
  } catch (error) {
    throw new GateError('UNAVAILABLE', `the database ${name} stays behind on ${host}: ${reasonOf(error)}`, {
      remedy: `drop it: DROP DATABASE ${name} WITH (FORCE)`,
      cause: error,
    });
  }
}

export function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  // When a name has several addresses, Node's error for all of them has no message.
  return message || code || 'no reason given';
}

export function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (/^postgres(ql)?:$/.test(url.protocol) && url.hostname && url.username) {
      if (url.password) keepSecret(decodeURIComponent(url.password));
      for (const name of [url.username, url.hostname]) keepName(decodeURIComponent(name));
      return url;
    }
  } catch {
    // Falls through to the one message for whatever is no such URL.
  }
  throw new GateError('CONFIG', '--server is not a URL of a PostgreSQL with host and user', {
    remedy: 'give postgresql://user:password@host:port/database; a new database is made there and dropped',
  });
}

function environmentOf(url: URL, database: string): Record<string, string> {
  return {
    DATABASE_URL: url.href,
    PGHOST: url.hostname.replace(/^\[|\]$/g, ''),
    PGPORT: url.port || '5432',
    PGDATABASE: database,
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
  };
}

export function connect(url: string, applicationName = 'drizzle-gate'): postgres.Sql {
  const connection = { application_name: applicationName };
  return postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined, connection });
}
