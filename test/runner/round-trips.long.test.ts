import { lockKey } from '../../runner/src/database/lock';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { startServerProxy } from '../support/server-proxy';

const TABLE = { tag: '0000_table', sql: 'create table t (a int);' };

/** So long that what is sent without waiting for an answer is sent before it comes. */
const DELAY_MS = 100;

/** How often the client sent something and then waited for an answer, the farewell left out. */
async function flights(url: string, command: string, folder: string): Promise<number> {
  let count = 0;
  let last = '';
  const proxy = await startServerProxy(
    url,
    ({ from, type }) => {
      if (from === 'client' && last !== 'client' && type !== 'X') count += 1;
      last = from;
      return 'forward';
    },
    DELAY_MS,
  );
  try {
    expectExit(await runRunner({ args: [command], env: environment(proxy.url, folder) }), 'OK');
    return count;
  } finally {
    proxy.close();
  }
}

/** The fewest of three counts, of which the first that is few enough will do: where the machine stands still, a flight is two. */
async function fewest(enough: number, count: () => Promise<number>): Promise<number> {
  let least = await count();
  for (let again = 0; again < 2 && least > enough; again++) least = Math.min(least, await count());
  return least;
}

test('with nothing to do, each command of a deployment asks twice behind the login', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([TABLE]);
    expectExit(await runRunner({ args: ['migrate'], env: environment(url, folder) }), 'OK');
    // Startup, and two of SCRAM; the server of the tests may trust instead, so that only what follows is the runner's.
    const login = (await fewest(3, () => flights(url, 'status', folder))) - 2;
    expect([1, 3]).toContain(login);
    for (const command of ['migrate', 'preflight', 'wait']) {
      const asked = await fewest(login + 2, () => flights(url, command, folder));
      expect({ command, asked: asked - login }).toEqual({ command, asked: 2 });
    }
  }));

test('a first migration asks six times behind the login, however many there are, and waits for no farewell', async () => {
  const tables = ['0000_a', '0001_b', '0002_c'].map((tag) => ({ tag, sql: `create table t${tag} (a int);` }));
  const folder = migrationsFolder(tables);
  const asked = (command: string) => withDatabase(({ url }) => flights(url, command, folder));
  // What `status` asks where there is no history yet: the facts, and whether there is one elsewhere.
  const login = (await fewest(3, () => asked('status'))) - 2;
  // What there is, the lock, what a run writes into, the unit's beginning, its statements, and its end with the last look.
  // The lock is given back with the farewell, which nobody waits for.
  expect((await fewest(login + 7, () => asked('migrate'))) - login).toBe(6 + 1);
});

test('nothing to do is not said while somebody holds the migration lock, who may be undoing it', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([TABLE]);
    expectExit(await runRunner({ args: ['migrate'], env: environment(url, folder) }), 'OK');
    const key = lockKey({ folder, schema: 'drizzle', table: '__drizzle_migrations', digest: undefined });
    const holder = await sql.reserve();
    try {
      await holder.unsafe(`select pg_advisory_lock(${key})`);
      const env = environment(url, folder, { LOCK_WAIT_SECONDS: '1' });
      expectExit(await runRunner({ args: ['migrate'], env }), 'TRY_AGAIN');
      await holder.unsafe(`select pg_advisory_unlock(${key})`);
    } finally {
      holder.release();
    }
    const result = await runRunner({ args: ['migrate'], env: environment(url, folder) });
    expect(named(result, 'nothing_pending')).toHaveLength(1);
  }));

test('of many statements that are sent together, the one that fails is named, and nothing stays', () =>
  withDatabase(async ({ url, sql }) => {
    const good = (n: number) => `create table t${n} (a int);`;
    const failing = `${good(1)}\n${good(2)}\n  insert into nowhere values (1);\n${good(1)}\n${good(3)}`;
    const result = await runRunner({
      args: ['migrate'],
      env: environment(
        url,
        migrationsFolder([
          { tag: '0000_first', sql: good(0) },
          { tag: '0001_second', sql: failing },
          { tag: '0002_third', sql: good(1) },
        ]),
      ),
    });
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({ migration: '0001_second', statement: 3, sqlstate: '42P01' });
    expect(await sql`select from pg_class where relname ~ '^t[0-9]$'`).toHaveLength(0);
  }));

test('a savepoint of the file does not carry it over a statement that failed', () =>
  withDatabase(async ({ url, sql }) => {
    const text = 'create table a (); savepoint s; select 1/0; rollback to s; create table b ();';
    const env = environment(url, migrationsFolder([{ tag: '0000_a', sql: text }]));
    const result = await runRunner({ args: ['migrate'], env });
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({ statement: 3, sqlstate: '22012' });
    expect(await sql`select from pg_class where relname in ('a', 'b')`).toHaveLength(0);
  }));

test('statements that are on their way end with the run that is told to end', () =>
  withDatabase(async ({ url, sql }) => {
    const text = `create table a ();\n${'select pg_sleep(0.3);\n'.repeat(100)}`;
    const env = environment(url, migrationsFolder([{ tag: '0000_slow', sql: text }]));
    const result = await runRunner({
      ...{ args: ['migrate'], env },
      onEvent: ({ event }, child) => {
        if (event === 'unit_started') setTimeout(() => child.kill('SIGTERM'), 500);
      },
    });
    expectExit(result, 'TRY_AGAIN');
    expect(result.milliseconds).toBeLessThan(10_000);
    expect(await sql`select from pg_class where relname = 'a'`).toHaveLength(0);
  }));
