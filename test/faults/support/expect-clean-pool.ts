import postgres from 'postgres';
import type { TestDatabase } from '../../support/database';
import { type PgBouncer, POOL_SIZE } from './pgbouncer';

const SETTINGS = [
  'search_path',
  'role',
  'lock_timeout',
  'statement_timeout',
  'client_connection_check_interval',
];
const STATE = `select ${SETTINGS.map((name) => `current_setting('${name}') as ${name}`).join(', ')},
  session_user::text as session_user, current_user::text as current_user`;

/** What the next clients of the pool find on every one of its connections. */
export async function expectCleanPool(pool: PgBouncer, { sql }: TestDatabase): Promise<void> {
  const [fresh] = await sql.unsafe(STATE);
  const clients = postgres(pool.url, { max: POOL_SIZE, prepare: false, onnotice: () => undefined });
  try {
    // All at once, each for a while, so that each is given a connection of its own.
    const found = await Promise.all(
      Array.from({ length: POOL_SIZE }, () =>
        clients.begin(async (client) => {
          await client`select pg_sleep(0.5)`;
          const [state] = await client.unsafe(STATE);
          const [pid] = await client`select pg_backend_pid() as pid`;
          return { state, pid: pid?.pid };
        }),
      ),
    );
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(POOL_SIZE);
    for (const { state } of found) expect(state).toEqual(fresh);
  } finally {
    await clients.end({ timeout: 2 });
  }
  const locks = await sql`select pid, granted from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`;
  expect([...locks]).toEqual([]);
}
