import { readJournal } from '../../core/journal';
import { GateError } from '../../runner/src/errors/gate-error';
import { replanAtEnumValue, withEnumRemedy } from '../../runner/src/migrate/enum-value';
import { planUnits } from '../../runner/src/migrate/plan-units';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const JOBS: FolderMigration = {
  tag: '0000_jobs',
  sql: `CREATE TYPE "public"."status" AS ENUM('queued', 'done');--> statement-breakpoint
CREATE TABLE "jobs" ("id" serial PRIMARY KEY NOT NULL, "status" "status" DEFAULT 'queued' NOT NULL);`,
};
/** What drizzle-kit writes when a value is added and made the default. */
const PAUSED: FolderMigration = {
  tag: '0002_paused',
  sql: `ALTER TYPE "public"."status" ADD VALUE 'paused' BEFORE 'done';--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "status" SET DEFAULT 'paused';--> statement-breakpoint
INSERT INTO "jobs" DEFAULT VALUES;`,
};
const BEFORE = { tag: '0001_before', sql: 'create table before_it ();' };
const AFTER = { tag: '0003_after', sql: 'create table after_it (); insert into jobs default values;' };

const migrate = (url: string, migrations: readonly FolderMigration[]) =>
  runRunner({ args: ['migrate'], env: environment(url, migrationsFolder(migrations)) });

/** PostgreSQL lets a value be used at once where the same transaction made the type. */
const withJobs = (use: Parameters<typeof withDatabase>[0]) =>
  withDatabase(async (database) => {
    expectExit(await migrate(database.url, [JOBS]), 'OK');
    await use(database);
  });

test.concurrent('a value that a migration adds and uses, amid others, is committed before its use', () =>
  withJobs(async ({ url, sql }) => {
    const result = await migrate(url, [JOBS, BEFORE, PAUSED, AFTER]);
    expectExit(result, 'OK');
    expect(named(result, 'unit_stepwise')).toEqual([
      expect.objectContaining({ migration: '0002_paused', sqlstate: '55P04' }),
    ]);
    expect(named(result, 'migration_applied').map(({ migration }) => migration)).toEqual(
      [BEFORE, PAUSED, AFTER].map(({ tag }) => tag),
    );
    expect(await sql`select status::text from jobs`).toEqual([{ status: 'paused' }, { status: 'paused' }]);
    expect(await sql`select id from drizzle.__drizzle_migrations`).toHaveLength(4);
    expect(await sql`select * from drizzle.__drizzle_gate_progress`).toEqual([]);
  }));

test.concurrent('one that fails midway goes on there, whatever is changed behind that place', () =>
  withJobs(async ({ url, sql }) => {
    const broken = { ...PAUSED, sql: `${PAUSED.sql} select 1/0;` };
    expectExit(await migrate(url, [JOBS, broken, AFTER]), 'HALFWAY');
    expect(await sql`select id from drizzle.__drizzle_migrations`).toHaveLength(1);
    const result = await migrate(url, [JOBS, { ...broken, sql: broken.sql.replace('1/0', '1/1') }, AFTER]);
    expectExit(result, 'OK');
    expect(named(result, 'statement_resumed')).toHaveLength(3);
    expect(await sql`select status::text from jobs`).toHaveLength(2);
  }));

test.concurrent('one that is killed after the value was committed is completed by the next run', () =>
  withJobs(async ({ url, sql }) => {
    const slow = { ...PAUSED, sql: PAUSED.sql.replace('INSERT', `select pg_sleep(1); INSERT`) };
    let steps = false;
    const killed = await runRunner({
      args: ['migrate'],
      env: environment(url, migrationsFolder([JOBS, slow])),
      onEvent: ({ event }, child) => {
        steps ||= event === 'unit_stepwise';
        if (event === 'unit_started' && steps) setTimeout(() => child.kill('SIGKILL'), 400);
      },
    });
    expect(killed.code).toBeNull();
    expectExit(await migrate(url, [JOBS, slow]), 'OK');
    expect(await sql`select status::text from jobs`).toEqual([{ status: 'paused' }]);
  }));

describe('where it may not run statement by statement, all stays rolled back and the remedy says why', () => {
  const failure = new GateError('MIGRATION_FAILED', 'unsafe use of new value "paused" of enum type status', {
    ...{ migration: PAUSED.tag, sqlstate: '55P04', remedy: 'the general one' },
  });

  test.each<[string, string, RegExp, boolean?]>([
    ['a directive', `-- drizzle-gate: transaction\n${PAUSED.sql}`, /^take the line "-- d.*, or put/],
    ['a temporary table', `create temp table x ();${PAUSED.sql}`, /^do without a temporary table.*, or put/],
    ['a pooler', PAUSED.sql, /^connect to the database directly.*, or put/, true],
    [
      'a block that adds and uses it',
      `do $$ begin alter type status add value 'paused'; alter table jobs alter status set default 'paused'; end $$`,
      /^the general one$/,
    ],
    ['a value of another origin', `alter type status add value 'held'; select 1`, /^the general one$/],
  ])('%s', async (_name, sql, remedy, pooled = false) => {
    const { migrations } = readJournal(migrationsFolder([{ ...PAUSED, sql }]));
    const [unit] = await planUnits(migrations);
    if (!unit) throw new Error('no unit');
    expect(await replanAtEnumValue(unit, failure, { pooled })).toBeUndefined();
    expect(withEnumRemedy(failure, unit, { pooled }).remedy).toMatch(remedy);
  });

  test('nor does any other error lead there', async () => {
    const [unit] = await planUnits(readJournal(migrationsFolder([PAUSED])).migrations);
    if (!unit) throw new Error('no unit');
    const sound = await replanAtEnumValue(unit, failure, { pooled: false });
    expect(sound?.rest.map(({ mode }) => mode)).toEqual(['stepwise']);
    const other = failure.with({ sqlstate: '42P07' });
    expect(await replanAtEnumValue(unit, other, { pooled: false })).toBeUndefined();
  });
});
