import { lockKey } from '../../runner/src/database/lock';
import { type TestDatabase, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { withRoleWithout } from '../support/role-without';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';
import { waitUntil } from '../support/wait';

const ONE = { tag: '0000_one', sql: 'create table one (a int);' };
const TWO = { tag: '0001_two', sql: 'create table two (a int);' };
const RUNS = 'drizzle.__drizzle_gate_runs';

const migrate = (
  url: string,
  tags: (typeof ONE)[],
  env: Record<string, string> = {},
): Promise<RunnerResult> =>
  runRunner({ args: ['migrate'], env: environment(url, migrationsFolder(tags), env) });

/** A session that holds a table against everybody else while `use` runs. */
async function whileHeld(
  { sql }: TestDatabase,
  table: string,
  use: () => Promise<RunnerResult>,
): Promise<RunnerResult> {
  const holder = await sql.reserve();
  await holder.unsafe(`begin; lock table ${table} in access exclusive mode`);
  try {
    return await use();
  } finally {
    await holder`rollback`;
    holder.release();
  }
}

test.concurrent.each(['SELECT', 'INSERT', 'UPDATE'])(
  'a role without %s on the record migrates all the same, with a warning',
  (privilege) =>
    withDatabase(async (database) => {
      expectExit(await migrate(database.url, [ONE]), 'OK');
      await withRoleWithout(database, { privilege, table: RUNS }, async (url) => {
        const result = await migrate(url, [ONE, TWO]);
        expectExit(result, 'OK');
        expect(named(result, 'run_record_unavailable')).toMatchObject([
          {
            level: 'warn',
            message: expect.stringContaining(`no privilege ${privilege} on "drizzle"."__drizzle_gate_runs"`),
            remedy: expect.stringContaining(`grant ${privilege} on`),
          },
        ]);
        expect(await database.sql.unsafe(`select outcome from ${RUNS}`)).toEqual([{ outcome: 'succeeded' }]);
      });
    }),
);

test.concurrent('a record that somebody else has locked is not waited for without end', () =>
  withDatabase(async (database) => {
    expectExit(await migrate(database.url, [ONE]), 'OK');
    const result = await whileHeld(database, RUNS, () =>
      migrate(database.url, [ONE, TWO], { LOCK_TIMEOUT_MS: '200' }),
    );
    expectExit(result, 'OK');
    expect(named(result, 'run_record_unavailable')).toHaveLength(1);
  }));

const REFUSE = `create function refuse() returns event_trigger language plpgsql as $$ begin
    if exists (select from pg_event_trigger_ddl_commands() where object_identity like '%gate_runs')
    then raise exception 'not by our convention'; end if; end $$;
  create event trigger refuse on ddl_command_end execute function refuse()`;

test.concurrent('an event trigger that refuses the record changes nothing about the run', () =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(REFUSE);
    const result = await migrate(url, [ONE, TWO]);
    expectExit(result, 'OK');
    expect(named(result, 'run_record_unavailable')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('not by our convention') },
    ]);
  }));

test.concurrent('a record that refuses what was applied takes no unit with it, and is warned of once', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, [ONE]), 'OK');
    await sql.unsafe(`alter table ${RUNS} add check (migrations = '[]') not valid`);
    const own = { tag: '0002_own', sql: 'begin; create table three (a int); commit;' };
    const result = await migrate(url, [ONE, TWO, own], { TRANSACTION_MODE: 'each' });
    expectExit(result, 'OK');
    expect(named(result, 'run_record_unavailable')).toHaveLength(1);
    expect(await sql.unsafe(`select migrations, outcome from ${RUNS} where migrations = '[]'`)).toEqual([
      { migrations: [], outcome: 'succeeded' },
    ]);
  }));

test.concurrent.each([
  ['that succeeds', 'select 1', 'succeeded'],
  ['that fails', 'select 1 / 0', 'failed'],
])('what was refused for a while stands in the record of a run %s', (_, last, outcome) =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, [ONE]), 'OK');
    await sql.unsafe(`alter table ${RUNS} add constraint none check (migrations = '[]') not valid`);
    const lift = { tag: '0002_lift', sql: `alter table ${RUNS} drop constraint none;` };
    const all = [ONE, TWO, lift, { tag: '0003_last', sql: last }];
    const { end } = await migrate(url, all, { TRANSACTION_MODE: 'each' });
    expect(end).toMatchObject({ outcome });
    const recorded = await sql.unsafe(
      `select outcome, jsonb_path_query_array(migrations, '$[*].migration') as tags,
              jsonb_path_query_array(uncommitted, '$[*].migration') as uncommitted
         from ${RUNS} order by started_at offset 1`,
    );
    const isDone = outcome === 'succeeded';
    const tags = [TWO.tag, lift.tag, ...(isDone ? ['0003_last'] : [])];
    expect(recorded).toEqual([{ outcome, tags, uncommitted: isDone ? null : ['0003_last'] }]);
  }),
);

test.concurrent('a record that can not be completed in time changes nothing about the run', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    expectExit(await migrate(url, [ONE]), 'OK');
    await sql.unsafe(`create table held ();
      create function hold() returns trigger language plpgsql as
        'begin lock table held; return new; end';
      create trigger hold before update of outcome on ${RUNS} for each row execute function hold()`);
    const result = await whileHeld(database, 'held', () =>
      migrate(url, [ONE, TWO], { LOCK_TIMEOUT_MS: '200' }),
    );
    expectExit(result, 'OK');
    expect(await sql.unsafe(`select outcome from ${RUNS} order by started_at`)).toEqual([
      { outcome: 'succeeded' },
      { outcome: 'running' },
    ]);
  }));

test.concurrent.each([
  ['in a transaction', 'select pg_sleep(20)'],
  ['in one of its own', 'begin; select pg_sleep(20); commit'],
  ['outside', '-- drizzle-gate: no-transaction\ndo $$ begin commit; perform pg_sleep(20); end $$'],
])('a run that is told to end notes that: %s', (_, text) =>
  withDatabase(async ({ url, sql }) => {
    let isAsked = false;
    const result = await runRunner({
      args: ['migrate'],
      env: environment(url, migrationsFolder([{ tag: '0000_slow', sql: text }])),
      onEvent: ({ event }, child) => {
        if (event !== 'unit_started' || isAsked) return;
        isAsked = true;
        void waitUntil('it sleeps', async () => {
          const rows = await sql`select from pg_stat_activity
            where datname = current_database() and state = 'active' and query like '%pg_sleep(20)%' and pid <> pg_backend_pid()`;
          return rows.length > 0;
        }).then(() => child.kill('SIGTERM'));
      },
    });
    expectExit(result, 'TRY_AGAIN');
    expect(
      await sql.unsafe(`select outcome, exit_code, finished_at is not null as over from ${RUNS}`),
    ).toEqual([{ outcome: 'failed', exit_code: 75, over: true }]);
  }),
);

const history = async (url: string, env: Record<string, string> = {}) => {
  const result = await runRunner({ args: ['history', '--json'], env: environment(url, '/nowhere', env) });
  expectExit(result, 'OK');
  return (JSON.parse(result.stdout) as { runs: Record<string, unknown>[] }).runs;
};

test.concurrent('history tells what runs did, the newest first, where they ran, and which failed', () =>
  withDatabase(async ({ url }) => {
    expect(await history(url)).toEqual([]);
    const place = {
      IMAGE: 'registry.example.com/shop:1',
      JOB_NAME: 'db-migration-1',
      POD_NAME: 'db-migration-1-x',
    };
    expectExit(await migrate(url, [ONE], place), 'OK');
    expectExit(await migrate(url, [ONE, { ...TWO, sql: 'select 1 / 0;' }]), 'MIGRATION_FAILED');
    expect(await history(url)).toMatchObject([
      { command: 'migrate', outcome: 'failed', exitCode: 82, migrations: [], image: null, job: null },
      {
        ...{ command: 'migrate', outcome: 'succeeded', exitCode: 0, durationMs: expect.any(Number) },
        ...{ image: place.IMAGE, job: place.JOB_NAME, pod: place.POD_NAME },
        migrations: [
          { migration: ONE.tag, outcome: 'applied', duration_ms: expect.any(Number), statements: 1 },
        ],
      },
    ]);
    const { stdout } = await runRunner({ args: ['history'], env: environment(url, '/nowhere') });
    expect(stdout).toMatch(
      /migrate +│ failed \(82\).*\n.*✗ 0001_two.sql:1:1: .*\n.*migrate +│ succeeded .* 0000_one .*\n.*shop:1/,
    );
  }));

test.concurrent('a run that wrote no end is lost, unless somebody holds the lock', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, [ONE, TWO]), 'OK');
    await sql.unsafe(
      `update ${RUNS} set outcome = 'running', finished_at = null, exit_code = null, migrations = migrations - 1`,
    );
    // What it had not come to is told as well.
    const migrations = [{ migration: ONE.tag, outcome: 'applied' }];
    const uncommitted = [{ migration: TWO.tag, outcome: 'unfinished' }];
    expect(await history(url)).toMatchObject([
      { outcome: 'lost', finishedAt: null, durationMs: null, migrations, uncommitted },
    ]);
    const holder = await sql.reserve();
    await holder`select pg_advisory_lock(${lockKey({ schema: 'drizzle', table: '__drizzle_migrations' } as never)})`;
    expect(await history(url)).toMatchObject([{ outcome: 'running' }]);
    await holder`select pg_advisory_unlock_all()`;
    holder.release();
  }));

test.concurrent('a table of an older version has a history too; who may not read it is told', () =>
  withDatabase(async (database) => {
    expectExit(await migrate(database.url, [ONE]), 'OK');
    await database.sql.unsafe(`alter table ${RUNS} drop column image, drop column job, drop column pod`);
    expect(await history(database.url)).toMatchObject([{ outcome: 'succeeded', image: null }]);
    await withRoleWithout(database, { privilege: 'SELECT', table: RUNS }, async (url) => {
      const result = await runRunner({ args: ['history'], env: environment(url, '/nowhere') });
      expectExit(result, 'ACCESS');
      expect(result.stderr).toContain(`grant SELECT on`);
    });
  }));
