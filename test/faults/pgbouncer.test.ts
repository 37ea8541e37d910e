import { EXIT } from '../../core/contract';
import { type TestDatabase, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { rollbackRunner } from '../support/rollback';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';
import { startServerProxy } from '../support/server-proxy';
import { waitUntil } from '../support/wait';
import { expectCleanPool } from './support/expect-clean-pool';
import { type PgBouncer, withPgBouncer } from './support/pgbouncer';

const RUNNERS = 8;
const MARK = 'mark-of-the-test';

/** Each would be seen if it were applied twice; some change the session, which belongs to others afterwards. */
const TRANSACTIONAL = [
  { tag: '0000_tables', sql: 'create schema app; create table t (a int); insert into t values (1);' },
  {
    tag: '0001_settings',
    sql: `set search_path to app, public; set lock_timeout = '1234ms'; set role pg_monitor; reset role;
      set statement_timeout = '4321s'; create table here (a int); insert into public.t values (2);`,
  },
  {
    tag: '0002_enum',
    sql: `create type state as enum ('new'); alter type state add value 'old'; select '${MARK}';`,
  },
  { tag: '0003_role', sql: "create table used (s state default 'old'); set role pg_monitor;" },
  { tag: '0004_last', sql: 'insert into public.t select max(a) + 1 from public.t;' },
];
const ALONE = [
  { tag: '0000_table', sql: 'create table t (a int);' },
  { tag: '0001_index', sql: 'insert into t values (1); create index concurrently t_a on t (a);' },
];

const migrate = (url: string, migrations: typeof ALONE, env: Record<string, string> = {}) =>
  runRunner({
    args: ['migrate'],
    env: environment(url, migrationsFolder(migrations), { LOCK_WAIT_SECONDS: '60', ...env }),
    limit: 90_000,
  });

/** After a kill, and after the run that completes. */
async function expectClean(killed: RunnerResult, pool: PgBouncer, database: TestDatabase): Promise<void> {
  expect(killed.code).toBeNull();
  expectExit(await migrate(pool.url, TRANSACTIONAL), 'OK');
  await expectOnce(database);
  await expectCleanPool(pool, database);
}

async function expectOnce({ sql }: TestDatabase): Promise<void> {
  expect((await sql`select a from public.t order by a`).map(({ a }) => a)).toEqual([1, 2, 3]);
  expect(await sql`select schemaname as schema from pg_tables where tablename = 'here'`).toEqual([
    { schema: 'app' },
  ]);
  expect(await sql`select hash from drizzle.__drizzle_migrations`).toHaveLength(TRANSACTIONAL.length);
}

describe.each(['transaction', 'session'] as const)('PgBouncer in %s mode', (mode) => {
  const withPool = (use: (pool: PgBouncer, database: TestDatabase) => Promise<void>) =>
    withDatabase((database) => withPgBouncer(database.url, mode, (pool) => use(pool, database)));

  test(`${RUNNERS} runners at once apply each transactional migration once, and all succeed`, () =>
    withPool(async (pool, database) => {
      const results = await Promise.all(
        Array.from({ length: RUNNERS }, () => migrate(pool.url, TRANSACTIONAL)),
      );
      for (const result of results) expectExit(result, 'OK');
      await expectOnce(database);
      await expectCleanPool(pool, database);
    }));

  test('a migration that fails leaves nothing on the connections of others', () =>
    withPool(async (pool, database) => {
      const failing = [
        ...TRANSACTIONAL,
        { tag: '0005_fails', sql: "set search_path to app; set lock_timeout = '99s'; select 1/0;" },
      ];
      expectExit(await migrate(pool.url, failing), 'MIGRATION_FAILED');
      await expectCleanPool(pool, database);
    }));

  test('a runner that was killed in a statement leaves nothing on the connections of others', () =>
    withPool(async (pool, database) => {
      const slow = { tag: '0005_slow', sql: "set lock_timeout = '99s'; select pg_sleep(3);" };
      const killed = await runRunner({
        args: ['migrate'],
        env: environment(pool.url, migrationsFolder([...TRANSACTIONAL, slow])),
        onStart: (child) => void whenSleeping(database).then(() => child.kill('SIGKILL')),
      });
      await expectClean(killed, pool, database);
    }));

  test('a runner that was killed between two transactions leaves nothing on the connections of others', () =>
    withPool(async (pool, database) => {
      let kill = () => {};
      let marked = false;
      const proxy = await startServerProxy(pool.url, ({ from, type, body }) => {
        marked ||= from === 'server' && type === 'D' && body.includes(MARK);
        // The pooler has the connection back before the runner could have asked for anything else.
        if (!marked || from !== 'server' || type !== 'C' || !body.toString().startsWith('COMMIT'))
          return 'forward';
        kill();
        return 'cut';
      });
      try {
        const killed = await runRunner({
          args: ['migrate'],
          env: environment(proxy.url, migrationsFolder(TRANSACTIONAL)),
          onStart: (child) => {
            kill = () => void child.kill('SIGKILL');
          },
        });
        await expectClean(killed, pool, database);
      } finally {
        proxy.close();
      }
    }));

  test('a rollback by several runners at once is done once, with its rows kept, and leaves nothing behind', () =>
    withPool(async (pool, database) => {
      const { sql } = database;
      const folder = migrationsFolder([
        ...TRANSACTIONAL.slice(0, 1),
        {
          ...{ tag: '0001_lost', sql: 'create table lost (a int); insert into lost values (1), (2);' },
          rollback: "set lock_timeout = '99s'; create temp table lasting (a int); drop table lost;",
        },
      ]);
      const { run, token } = rollbackRunner(pool.url, folder);
      expectExit(await run('migrate'), 'OK');
      const env = { ROLLBACK_TARGET: '0000_tables', ROLLBACK_CONFIRM: await token('0000_tables') };
      const results = await Promise.all([1, 2, 3].map(() => run('rollback', env)));
      for (const result of results) expectExit(result, 'OK');
      expect(results.filter((result) => named(result, 'rollback_done').length > 0)).toHaveLength(1);
      expect(await sql`select id from drizzle.__drizzle_migrations`).toEqual([{ id: 1 }]);
      expectExit(await run('migrate'), 'OK');
      const kept = JSON.parse((await run('rollback-kept --json')).stdout) as { kept: { schema: string }[] };
      expect(kept.kept).toMatchObject([{ tables: [{ table: 'lost', rows: 2 }] }]);
      await sql`truncate lost`;
      expectExit(await run(`rollback-kept --restore=${kept.kept[0]?.schema}`), 'OK');
      expect(await sql`select a from lost order by a`).toEqual([{ a: 1 }, { a: 2 }]);
      await expectCleanPool(pool, database);
    }));

  test('a pooler that dies midway is unavailable, and the rerun completes', () =>
    withDatabase(async (database) => {
      const slow = [...TRANSACTIONAL, { tag: '0005_slow', sql: 'select pg_sleep(3);' }];
      const lost = await withPgBouncer(database.url, mode, (pool) =>
        runRunner({
          args: ['migrate'],
          env: environment(pool.url, migrationsFolder(slow)),
          onStart: () => void whenSleeping(database).then(() => pool.kill()),
        }),
      );
      expectExit(lost, 'UNAVAILABLE');
      await withPgBouncer(database.url, mode, async (pool) => {
        expectExit(await migrate(pool.url, TRANSACTIONAL), 'OK');
        await expectOnce(database);
      });
    }));
});

test('in transaction mode a non-transactional migration is refused with the reason, and nothing is done', () =>
  withDatabase((database) =>
    withPgBouncer(database.url, 'transaction', async (pool) => {
      const refused = await migrate(pool.url, ALONE);
      expectRefused(refused);
      expect(`${refused.end.message} ${refused.end.detail ?? ''}`).toMatch(/pool/i);
      expect(refused.end.remedy).toBeTruthy();
      const { sql } = database;
      expect(await sql`select to_regclass('t') as t`).toEqual([{ t: null }]);
      expectExit(await migrate(database.url, ALONE), 'OK');
      expect(await sql`select count(*)::int as rows from t`).toEqual([{ rows: 1 }]);
    }),
  ));

/** A pool in session mode can't be told from one in transaction mode: it may be refused, or it must work. */
test('in session mode a non-transactional migration is applied once, or refused and nothing is done', () =>
  withDatabase((database) =>
    withPgBouncer(database.url, 'session', async (pool) => {
      const result = await migrate(pool.url, ALONE);
      const { sql } = database;
      if (result.code === EXIT.OK.code) {
        expect(await sql`select count(*)::int as rows from t`).toEqual([{ rows: 1 }]);
      } else {
        expectRefused(result);
        expect(await sql`select to_regclass('t') as t`).toEqual([{ t: null }]);
      }
    }),
  ));

function expectRefused({ code, end }: RunnerResult): void {
  const refusals: (number | null)[] = [EXIT.CONFIG.code, EXIT.PREFLIGHT.code];
  expect({ refused: refusals.includes(code), code, end }).toMatchObject({ refused: true });
}

async function whenSleeping({ sql, name }: TestDatabase): Promise<void> {
  await waitUntil('the slow statement runs', async () => {
    const running = await sql`select from pg_stat_activity where datname = ${name} and state = 'active'
      and query like '%pg_sleep(3)%' and pid <> pg_backend_pid()`;
    return running.length > 0;
  });
}
