import type postgres from 'postgres';
import { lockKey } from '../../runner/src/database/lock';
import { type TestDatabase, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const SLOW = { tag: '0000_slow', sql: 'create table before (); select pg_sleep(20);' };
const QUICK = { tag: '0000_slow', sql: 'create table before ();' };

const OURS = `from pg_stat_activity where datname = current_database() and application_name = 'drizzle-gate'`;

async function eventually(sql: postgres.Sql, query: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await sql.unsafe(`select (${query}) as yes`))[0]?.yes) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never true: ${query}`);
}

const isRunning = (what: string) => `exists (select ${OURS} and query like '%${what}%')`;
const isGone = `not exists (select ${OURS})`;
const exists = async (sql: postgres.Sql, table: string) =>
  (await sql`select to_regclass(${table}) is not null as there`)[0]?.there;

/** Runs `act` as soon as the runner is at `what`. */
async function interrupted(
  { url, sql }: TestDatabase,
  {
    what,
    migration = SLOW,
    event = 'unit_started',
    env = {},
  }: { what: string; migration?: typeof SLOW; event?: string; env?: Record<string, string> },
  act: (kill: (signal: NodeJS.Signals) => void) => Promise<unknown> | unknown,
) {
  return runRunner({
    args: ['migrate'],
    env: environment(url, migrationsFolder([migration]), env),
    onEvent: (seen, child) => {
      if (seen.event !== event) return;
      void eventually(sql, isRunning(what)).then(() => act((signal) => child.kill(signal)));
    },
  });
}

const terminate = (sql: postgres.Sql) => sql.unsafe(`select pg_terminate_backend(pid) ${OURS}`);

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s during a statement cancels it at once and leaves nothing',
  (signal) =>
    withDatabase(async (database) => {
      const result = await interrupted(database, { what: 'pg_sleep' }, (kill) => kill(signal));
      expectExit(result, 'TRY_AGAIN');
      expect(result.end.message).toMatch(/interrupted/);
      expect(result.milliseconds).toBeLessThan(5000);
      await eventually(database.sql, isGone);
      expect(await exists(database.sql, 'before')).toBe(false);
    }),
);

test('SIGTERM while waiting for the migration lock', () =>
  withDatabase(async (database) => {
    const holder = await database.sql.reserve();
    const key = lockKey({ folder: '', schema: 'drizzle', table: '__drizzle_migrations', digest: undefined });
    await holder`select pg_advisory_lock(${key}::bigint)`;
    const at = { what: 'advisory', event: 'lock_waiting', env: { LOCK_WAIT_SECONDS: '60' } };
    const result = await interrupted(database, at, (kill) => kill('SIGTERM'));
    holder.release();
    expectExit(result, 'TRY_AGAIN');
    expect(result.milliseconds).toBeLessThan(5000);
  }));

test('SIGKILL leaves no backend behind and the next run completes', () =>
  withDatabase(async (database) => {
    const killed = await interrupted(database, { what: 'pg_sleep' }, (kill) => kill('SIGKILL'));
    expect(killed.code).toBeNull();
    await eventually(database.sql, isGone);
    expect(await exists(database.sql, 'before')).toBe(false);
    const env = environment(database.url, migrationsFolder([QUICK]));
    expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
  }));

test('a connection lost during a statement is unavailable, and the next run completes', () =>
  withDatabase(async (database) => {
    const lost = await interrupted(database, { what: 'pg_sleep' }, () => terminate(database.sql));
    expectExit(lost, 'UNAVAILABLE');
    expect(lost.end.remedy).toBeTruthy();
    expect(await exists(database.sql, 'before')).toBe(false);
    const env = environment(database.url, migrationsFolder([QUICK]));
    expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
  }));

test('a connection lost while it was idle is unavailable too: neither a hang nor a crash', () =>
  withDatabase(async (database) => {
    await database.sql`create table busy (a int)`;
    await database.sql.begin(async (other) => {
      await other`select * from busy`;
      const migration = { tag: '0000_busy', sql: 'alter table busy add column b int' };
      const env = { LOCK_TIMEOUT_MS: '1', LOCK_RETRIES: '5' };
      const at = { what: 'rollback', migration, event: 'unit_retried', env };
      expectExit(await interrupted(database, at, () => terminate(database.sql)), 'UNAVAILABLE');
    });
  }));

test('a reader of the log that went away ends nothing', () =>
  withDatabase(async ({ url, sql }) => {
    const { code } = await runRunner({
      args: ['migrate'],
      env: environment(url, migrationsFolder([QUICK])),
      onEvent: (_event, child) => child.stdout?.destroy(),
    });
    expect(code).toBe(0);
    expect(await exists(sql, 'before')).toBe(true);
  }));

test('SIGTERM during a concurrent build; the next run repairs the index', () =>
  withDatabase(async (database) => {
    await database.sql`create table busy (a int)`;
    const migration = { tag: '0000_index', sql: 'create index concurrently busy_a on busy (a)' };
    await database.sql.begin(async (other) => {
      await other`insert into busy values (1)`;
      const at = { what: 'create index concurrently', migration };
      expectExit(await interrupted(database, at, (kill) => kill('SIGTERM')), 'TRY_AGAIN');
    });
    await eventually(database.sql, isGone);
    const env = environment(database.url, migrationsFolder([migration]));
    expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
    expect(
      await database.sql`select indisvalid as valid from pg_index where indexrelid = 'busy_a'::regclass`,
    ).toEqual([{ valid: true }]);
  }));
