import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, type RunnerOptions, type RunnerResult, runRunner } from '../support/runner';

/** A failed run must be explained by what a log store has of it, long after Job and pod are gone. */
const PLACE = { JOB_NAME: 'db-migration-1f2e3d', POD_NAME: 'db-migration-1f2e3d-x7k2p', IMAGE: 'gate:1.2.3' };
const PLACED = { job: PLACE.JOB_NAME, pod: PLACE.POD_NAME, image: PLACE.IMAGE };

const ONE = { tag: '0000_one', sql: 'create table one (a int);' };
const BROKEN = {
  tag: '0001_broken',
  sql: 'create table two (a int);\nalter table one\n  add column b no_type;',
};
const THREE = { tag: '0002_three', sql: 'create table three ();' };
const ALONE = { tag: '0003_alone', sql: 'create index concurrently one_a on one (a);' };
const SLOW = { tag: '0001_slow', sql: 'create table two ();\nselect pg_sleep(20);' };

type Line = Readonly<Record<string, unknown>>;

/** The lines as a log store has them. Every one says of which run it is, and where that ran. */
async function logOf(options: RunnerOptions): Promise<{ result: RunnerResult; lines: Line[] }> {
  const result = await runRunner({ ...options, env: { ...options.env, ...PLACE } });
  const lines = `${result.stdout}${result.stderr}`
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const { run_id } = lines[0] ?? {};
  expect(run_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  for (const line of lines) expect(line).toMatchObject({ run_id, ...PLACED });
  return { result, lines };
}

const named = (lines: readonly Line[], event: string) => lines.filter((line) => line.event === event);

test('a failed migration: file, line, statement, SQLSTATE, what was taken back, what was not begun, how long it took', () =>
  withDatabase(async ({ url }) => {
    const env = environment(url, migrationsFolder([ONE, BROKEN, THREE, ALONE]));
    const { result, lines } = await logOf({ args: ['migrate'], env });
    expectExit(result, 'MIGRATION_FAILED');
    const at = {
      ...{ migration: BROKEN.tag, statement: 2, sqlstate: '42704', duration_ms: expect.any(Number) },
      place: { file: '0001_broken.sql', line: 3, column: 16, statement: 2 },
    };
    expect(named(lines, 'unit_failed')).toMatchObject([
      { ...at, rolled_back: [ONE.tag, BROKEN.tag], not_started: [THREE.tag, ALONE.tag] },
    ]);
    expect(named(lines, 'run_failed')).toMatchObject([
      {
        ...{ ...at, command: 'migrate', outcome: 'failed', exitCode: 82 },
        message: expect.stringContaining('type "no_type" does not exist'),
        detail: expect.stringContaining('add column b no_type;'),
        remedy: expect.any(String),
      },
    ]);
    expect(lines.at(-1)?.event).toBe('run_failed');
  }));

test('a refused check: which, why, where, and what to do', () =>
  withDatabase(async ({ url }) => {
    const sql = 'create table one (a int);\ncreate tabel two ();';
    const env = environment(url, migrationsFolder([{ tag: '0000_one', sql }]));
    const { result, lines } = await logOf({ args: ['preflight'], env });
    expectExit(result, 'PREFLIGHT');
    expect(named(lines, 'check_refused')).toMatchObject([
      {
        ...{
          check: 'pending statements',
          migration: '0000_one',
          sqlstate: '42601',
          remedy: expect.any(String),
        },
        place: { file: '0000_one.sql', line: 2 },
      },
    ]);
    expect(lines.at(-1)).toMatchObject({ event: 'run_failed', command: 'preflight', exitCode: 80 });
  }));

test('a lock budget that was spent: on which statement, how often, and who held the lock', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table one (a int)`;
    const holder = await sql.reserve();
    await holder`begin`;
    await holder`lock table one`;
    const [row] = await holder`select pg_backend_pid() as pid`;
    const folder = migrationsFolder([{ tag: '0000_wait', sql: 'alter table one add column b int;' }, THREE]);
    const limits = { LOCK_TIMEOUT_MS: '600', LOCK_RETRIES: '1' };
    const { result, lines } = await logOf({ args: ['migrate'], env: environment(url, folder, limits) });
    await holder`rollback`;
    holder.release();
    expectExit(result, 'TRY_AGAIN');
    const blocked = {
      ...{ migration: '0000_wait', statement: 1, sqlstate: '55P03', place: { line: 1 } },
      detail: expect.stringContaining(`blocked by:\n- pid ${row?.pid}`),
    };
    expect(named(lines, 'unit_retried')).toMatchObject([{ ...blocked, attempt: 1 }]);
    const { detail: _detail, ...where } = blocked;
    expect(named(lines, 'unit_failed')).toMatchObject([
      { ...where, rolled_back: ['0000_wait'], not_started: [THREE.tag] },
    ]);
    expect(lines.at(-1)).toMatchObject({ ...blocked, event: 'run_failed', exitCode: 75 });
  }));

test('SIGTERM: what ran when it came, what was taken back, what was not begun', () =>
  withDatabase(async ({ url, sql }) => {
    const sleeps = async () =>
      (await sql`select from pg_stat_activity where query like '%pg_sleep(20)%' and wait_event = 'PgSleep'`)
        .length > 0;
    const { result, lines } = await logOf({
      args: ['migrate'],
      env: environment(url, migrationsFolder([ONE, SLOW, THREE])),
      onEvent: async ({ event }, child) => {
        if (event !== 'unit_started') return;
        while (!(await sleeps())) await new Promise((resolve) => setTimeout(resolve, 20));
        child.kill('SIGTERM');
      },
    });
    expectExit(result, 'TRY_AGAIN');
    const at = {
      ...{ migration: SLOW.tag, statement: 2 },
      place: { file: '0001_slow.sql', line: 2, column: 1, statement: 2 },
    };
    expect(named(lines, 'unit_failed')).toMatchObject([
      { ...at, rolled_back: [ONE.tag, SLOW.tag], not_started: [THREE.tag] },
    ]);
    expect(lines.at(-1)).toMatchObject({
      ...{ ...at, event: 'run_failed', exitCode: 75, remedy: expect.stringContaining('run again') },
      message:
        '0001_slow.sql:2:1: statement 2: interrupted: the running statement was cancelled (exit code 75)',
    });
  }));

test.each([
  ['wrong arguments', ['no-such-command'], {}, 'USAGE'],
  ['wrong settings', ['migrate'], { PGPORT: 'x' }, 'CONFIG'],
  ['another contract', ['migrate'], { CONTRACT_VERSION: '0' }, 'CONTRACT'],
] as const)('also before there is anything to do: %s', async (_name, args, env, exit) => {
  const { result, lines } = await logOf({ args, env });
  expectExit(result, exit);
  expect(lines).toMatchObject([{ event: 'run_failed', duration_ms: expect.any(Number) }]);
});

test('what a command was asked for, as events', () =>
  withDatabase(async ({ url }) => {
    const env = environment(url, migrationsFolder([ONE]), { OUTPUT_AS_EVENTS: 'true' });
    const { lines } = await logOf({ args: ['status'], env });
    expect(lines.map(({ event }) => event)).toEqual(['output']);
  }));
