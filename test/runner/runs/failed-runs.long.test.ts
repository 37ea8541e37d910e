import { readJournal } from '../../../core/journal';
import { lockKey } from '../../../runner/src/database/lock';
import { type TestDatabase, withDatabase } from '../../support/database';
import { type FolderMigration, migrationsFolder } from '../../support/migrations-folder';
import { runContext } from '../../support/run-context';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../../support/runner';
import { waitUntil } from '../../support/wait';

const RUNS = 'drizzle.__drizzle_gate_runs';
const ONE = { tag: '0000_one', sql: 'create table one (a int);' };
const TWO = { tag: '0001_two', sql: 'insert into one values (1), (2);\ninsert into one values (3);' };
const THREE = { tag: '0002_three', sql: 'select 1;\nselect 1 / 0;' };
const FOUR = { tag: '0003_four', sql: 'create table four (a int);' };

const run = (
  command: string,
  url: string,
  migrations: readonly FolderMigration[],
  env: Record<string, string> = {},
): Promise<RunnerResult> =>
  runRunner({ args: command.split(' '), env: environment(url, migrationsFolder(migrations), env) });

/** What is recorded of everything but the first run, which made the table. */
const recorded = ({ sql }: TestDatabase) =>
  sql.unsafe(`select command, outcome, exit_code, failure ->> 'message' as message, uncommitted
                from ${RUNS} order by started_at offset 1`);

test.concurrent('a failed run is explained by the database alone', () =>
  withDatabase(async ({ url, sql, name }) => {
    expectExit(await run('migrate', url, [ONE]), 'OK');
    const all = [ONE, TWO, THREE, FOUR];
    const place = { IMAGE: `shop@sha256:${'a'.repeat(64)}`, JOB_NAME: 'job-1', POD_NAME: 'job-1-x' };
    const failed = await run('migrate', url, all, { ...place, SHOW_ERROR_DETAIL: 'true' });
    expectExit(failed, 'MIGRATION_FAILED');
    const [run1] = await sql.unsafe(
      `select run_id, outcome, exit_code, failure, role, image, job, pod, contract_version, plan_hash, folder_digest,
              finished_at - started_at < interval '20 s' as timed
         from ${RUNS} where outcome = 'failed' order by started_at desc limit 1`,
    );
    const { message, remedy, place: where, sqlstate, migration, detail } = failed.end;
    expect(run1).toMatchObject({
      ...{
        outcome: 'failed',
        exit_code: 82,
        timed: true,
        role: new URL(url).username,
        contract_version: '1',
      },
      ...{
        image: place.IMAGE,
        job: 'job-1',
        pod: 'job-1-x',
        plan_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      folder_digest: readJournal(migrationsFolder(all)).digest,
      failure: {
        ...{ message: message.replace(/ \(exit code 82\)$/, ''), exitCode: 82, remedy: remedy ?? null },
        ...{ sqlstate, migration, place: where, detail },
      },
    });
    expect(where).toEqual({ file: '0002_three.sql', line: 2, column: 1, statement: 2 });
    const became = await sql.unsafe(
      `select m ->> 'migration' as migration, m ->> 'outcome' as outcome, m ->> 'rows' as rows, m ->> 'statements' as statements
         from ${RUNS}, jsonb_array_elements(uncommitted) as m where outcome = 'failed'`,
    );
    expect(became).toEqual([
      { migration: TWO.tag, outcome: 'rolled_back', rows: '3', statements: '2' },
      { migration: THREE.tag, outcome: 'failed', rows: '0', statements: '2' },
      { migration: FOUR.tag, outcome: 'not_started', rows: null, statements: null },
    ]);
    expect(name).not.toBe('');
  }));

test.concurrent('what fails before there is anything to apply is recorded where there are records', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    expectExit(await run('migrate', url, [ONE]), 'OK');
    const edited = { ...ONE, sql: 'create table one (a bigint);' };
    expectExit(await run('migrate', url, [edited]), 'MISMATCH');
    expectExit(await run('preflight', url, [edited]), 'MISMATCH');
    expectExit(await run('preflight', url, [ONE, FOUR]), 'OK');
    const holder = await sql.reserve();
    const { settings } = runContext(url, '/nowhere').context;
    await holder`select pg_advisory_lock(${lockKey(settings.migrations)})`;
    expectExit(await run('migrate', url, [ONE], { LOCK_WAIT_SECONDS: '0' }), 'TRY_AGAIN');
    await holder`select pg_advisory_unlock_all()`;
    holder.release();
    expectExit(await run('baseline --to 0003', url, [ONE, FOUR]), 'MISMATCH');
    expectExit(
      await run('rollback-preflight', url, [ONE, FOUR], { ROLLBACK_TARGET: 'empty' }),
      'NO_ROLLBACK',
    );
    const rows = await recorded(database);
    expect(rows).toMatchObject([
      { command: 'migrate', outcome: 'failed', exit_code: 81, uncommitted: [] },
      { command: 'preflight', outcome: 'failed', exit_code: 81 },
      { command: 'migrate', outcome: 'failed', exit_code: 75 },
      { command: 'baseline', outcome: 'failed' },
      { command: 'rollback-preflight', outcome: 'failed', exit_code: 83 },
    ]);
    expect(rows[0]?.message).toMatch(/^0000_one was edited/);
    expect(rows[1]?.message).toMatch(/^applied migrations: 0000_one was edited/);
  }));

test.concurrent('a pre-flight check that refused is the same in log, record and termination message', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await run('migrate', url, [ONE]), 'OK');
    const broken = { tag: '0001_broken', sql: 'create table t (\n  a int' };
    const { end, termination } = await run('preflight', url, [ONE, broken]);
    const where = {
      ...{ migration: broken.tag, sqlstate: '42601', detail: expect.stringContaining('^') },
      place: { file: '0001_broken.sql', line: 2, column: 8, statement: 1 },
    };
    expect(end).toMatchObject(where);
    expect(JSON.parse(termination.split('\n').at(-1) ?? '')).toMatchObject(where);
    const [recorded] = await sql.unsafe(`select failure from ${RUNS} where exit_code = 80`);
    expect(recorded?.failure).toMatchObject(where);
  }));

test.concurrent('a database that was refused gets no table of ours', () =>
  withDatabase(async ({ url, sql }) => {
    const broken = { tag: '0000_copy', sql: 'copy one from stdin;' };
    expectExit(await run('migrate', url, [broken]), 'CONFIG');
    expectExit(await run('preflight', url, [broken]), 'CONFIG');
    expect(await sql`select from pg_namespace where nspname = 'drizzle'`).toEqual([]);
  }));

test.concurrent('a run that is refused what it needs, and its record as well, fails as it would without one', () =>
  withDatabase(async ({ url, sql, name }) => {
    expectExit(await run('migrate', url, [ONE]), 'OK');
    await sql.unsafe(`create role ${name} login password 'p'`);
    try {
      const login = Object.assign(new URL(url), { username: name, password: 'p' }).href;
      const blind = await run('migrate', login, [ONE, FOUR]);
      expectExit(blind, 'ACCESS');
      expect(named(blind, 'run_record_unavailable')).toEqual([]);
      await sql.unsafe(`grant usage on schema drizzle to ${name};
                        grant select on drizzle.__drizzle_migrations to ${name}`);
      const seeing = await run('migrate', login, [{ ...ONE, sql: 'select 1' }]);
      expectExit(seeing, 'MISMATCH');
      expect(named(seeing, 'run_record_unavailable')).toMatchObject([
        { level: 'warn', remedy: expect.stringContaining('grant SELECT, INSERT, UPDATE on') },
      ]);
      expect(await sql.unsafe(`select outcome from ${RUNS}`)).toEqual([{ outcome: 'succeeded' }]);
    } finally {
      await sql.unsafe(`drop owned by ${name}; drop role ${name}`);
    }
  }));

const SLOW = { tag: '0001_slow', sql: 'select pg_sleep(20);' };

/** Runs what sleeps, and does something with its backend then. */
async function whileAsleep(
  { url, sql }: TestDatabase,
  use: (pid: number, kill: () => void) => Promise<void>,
) {
  let isAsked = false;
  return runRunner({
    args: ['migrate'],
    env: environment(url, migrationsFolder([ONE, SLOW]), { JOB_NAME: 'job-2', POD_NAME: 'job-2-y' }),
    onEvent: ({ event }, child) => {
      if (event !== 'unit_started' || isAsked) return;
      isAsked = true;
      void (async () => {
        let pid = 0;
        await waitUntil('it sleeps', async () => {
          const [row] = await sql<{ pid: number }[]>`select pid from pg_stat_activity
            where datname = current_database() and state = 'active' and query like 'select pg_sleep(20)%' and pid <> pg_backend_pid()`;
          pid = row?.pid ?? 0;
          return pid !== 0;
        });
        await use(pid, () => child.kill('SIGKILL'));
      })();
    },
  });
}

test.concurrent('a run whose connection is gone notes its end over a new one', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    expectExit(await run('migrate', url, [ONE]), 'OK');
    const result = await whileAsleep(database, async (pid) => {
      await sql`select pg_terminate_backend(${pid})`;
    });
    expectExit(result, 'UNAVAILABLE');
    expect(await recorded(database)).toMatchObject([
      { outcome: 'failed', exit_code: 69, uncommitted: [{ migration: SLOW.tag, outcome: 'failed' }] },
    ]);
  }));

test.concurrent('a run that was killed stays at running until the next one says that it is lost, once', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    expectExit(await run('migrate', url, [ONE]), 'OK');
    await whileAsleep(database, async (pid, kill) => {
      kill();
      await sql`select pg_terminate_backend(${pid})`;
    });
    const killed = await recorded(database);
    expect(killed).toMatchObject([{ outcome: 'running', exit_code: null }]);
    const next = await run('migrate', url, [ONE, FOUR]);
    expectExit(next, 'OK');
    expect(named(next, 'previous_run_lost')).toMatchObject([
      { level: 'warn', lost_job: 'job-2', lost_pod: 'job-2-y', lost_run_id: expect.any(String) },
    ]);
    expect(await recorded(database)).toMatchObject([{ outcome: 'lost' }, { outcome: 'succeeded' }]);
    const another = await run('migrate', url, [ONE, FOUR, { tag: '0004_five', sql: 'select 1' }]);
    expect(named(another, 'previous_run_lost')).toEqual([]);
  }));

test.concurrent('runs that fail at once are all recorded', () =>
  withDatabase(async (database) => {
    expectExit(await run('migrate', database.url, [ONE]), 'OK');
    const folder = [{ ...ONE, sql: 'select 1' }];
    const results = await Promise.all([1, 2, 3, 4].map(() => run('migrate', database.url, folder)));
    for (const result of results) expectExit(result, 'MISMATCH');
    expect(await recorded(database)).toHaveLength(4);
  }));
