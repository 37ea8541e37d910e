import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** A client of the test's own, beside whatever is tested. */
  readonly sql: postgres.Sql;
}

/** Of the two ways the cheaper one here, where nothing is synced; PostgreSQL 14 has no other. */
const COPY_FILES = Number(process.env.TEST_SERVER_MAJOR) >= 15 ? ' strategy file_copy' : '';

/** Gives a new, empty database on the shared server and drops it afterwards, whatever happened. */
export async function withDatabase<T>(
  use: (database: TestDatabase) => Promise<T>,
  connections = 4,
): Promise<T> {
  const server = serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = connect(server);
  try {
    await admin.unsafe(`create database ${name}${COPY_FILES}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const sql = connect(url.href, connections);
    try {
      return await use({ url: url.href, name, sql });
    } finally {
      await sql.end({ timeout: 2 });
      await admin.unsafe(`drop database ${name} with (force)`);
    }
  } finally {
    await admin.end({ timeout: 2 });
  }
}

export function serverUrl(): string {
  const url = process.env.TEST_SERVER_URL;
  if (!url) throw new Error('TEST_SERVER_URL is unset: run the tests with npm test, which starts a server');
  return url;
}

function connect(url: string, max = 4): postgres.Sql {
  return postgres(url, { max, onnotice: () => undefined });
}
