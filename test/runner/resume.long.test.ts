import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const TABLE: FolderMigration = {
  tag: '0000_table',
  sql: `create table t (a int); create schema a; create table busy (a int);
create table log (n int, at timestamptz default clock_timestamp());`,
};

const migrate = (url: string, sql: string, env: Record<string, string> = {}) =>
  runRunner({
    args: ['migrate'],
    env: environment(url, migrationsFolder([TABLE, { tag: '0001_next', sql }]), env),
  });

const LOG = 'select n from log order by at';
const TABLES = `select schemaname as schema, tablename as name from pg_tables where tablename like 'made%' order by 2`;
const PROGRESS = 'select * from drizzle.__drizzle_gate_progress';

/** What the next run finds in place of what failed. */
const FAILS = 'select 1/0';
const corrected = (sql: string) => sql.replace('1/0', '1/1');

test.concurrent('a correction that leaves nothing to run outside a transaction repeats nothing either', () =>
  withDatabase(async ({ url, sql }) => {
    const file = 'insert into log values (1); create index concurrently i on t (missing);';
    expectExit(await migrate(url, file), 'HALFWAY');
    expectExit(await migrate(url, file.replace('concurrently i on t (missing)', 'i on t (a)')), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ n: 1 }]);
    expect(await sql.unsafe(PROGRESS)).toEqual([]);
  }));

test.concurrent('a transaction that the file begins by itself is skipped whole when it was committed', () =>
  withDatabase(async ({ url, sql }) => {
    const file = `insert into log values (1); COMMIT; BEGIN; insert into log values (2); COMMIT;
create index concurrently i on t (missing); insert into log values (3);`;
    expectExit(await migrate(url, file), 'HALFWAY');
    expectExit(await migrate(url, file.replace('missing', 'a')), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  }));

test.concurrent('a transaction that is read-only is noted behind its COMMIT', () =>
  withDatabase(async ({ url }) => {
    const file = `insert into log values (1); commit; begin read only; set local search_path to a; select 1;
commit and chain; select 2; commit; ${FAILS};`;
    expectExit(await migrate(url, file), 'HALFWAY');
    const result = await migrate(url, corrected(file));
    expectExit(result, 'OK');
    expect(named(result, 'statement_resumed').map(({ statement }) => statement)).toEqual([
      1, 2, 3, 5, 6, 7, 8,
    ]);
  }));

test.concurrent('what was generated again under another name is not run twice', () =>
  withDatabase(async ({ url, sql }) => {
    const next = (tag: string, column: string) =>
      migrationsFolder([
        TABLE,
        { tag, sql: `insert into log values (1); create index concurrently i on t (${column});` },
      ]);
    const run = (folder: string, env: Record<string, string> = {}) =>
      runRunner({ args: ['migrate'], env: environment(url, folder, env) });
    expectExit(await run(next('0001_brave_hulk', 'missing')), 'HALFWAY');

    const again = await run(next('0001_silly_storm', 'a'));
    expectExit(again, 'MISMATCH');
    expect(again.end.message).toBe(
      '0001_brave_hulk stopped midway (statement 1 has run), but no migration of this folder has that name; 0001_silly_storm begins with the same statements, and would run them a second time (exit code 81)',
    );
    expect(again.end.remedy).toMatch(
      /its tag 0001_brave_hulk back .* drizzle-gate repair --forget 0001_brave_hulk$/,
    );
    expect(await sql.unsafe(LOG)).toEqual([{ n: 1 }]);

    // An older release has nothing pending; another history in the schema has nothing to do with it.
    const older = await run(migrationsFolder([TABLE]));
    expectExit(older, 'OK');
    expect(named(older, 'history_warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^0001_brave_hulk stopped midway .*; right for an older release, else give/),
    ]);
    const other = migrationsFolder([{ tag: '0000_other', sql: 'create table other ();' }]);
    expectExit(await run(other, { MIGRATIONS_TABLE: 'other' }), 'OK');

    expectExit(await run(next('0001_brave_hulk', 'a')), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ n: 1 }]);
  }));

describe('a setting holds in the run that goes on exactly as in one go', () => {
  test.concurrent.each<[string, string, string]>([
    [
      'before what was done',
      'set search_path to a; create table made1 (); vacuum public.t; FAIL; create table made2 ();',
      'a',
    ],
    [
      'undone by DISCARD ALL',
      'set search_path to a; create table made1 (); discard all; FAIL; create table made2 ();',
      'public',
    ],
    [
      'rolled back with its transaction',
      'set search_path to a; rollback; create table a.made1 (); FAIL; create table made2 ();',
      'public',
    ],
    [
      'rolled back to a savepoint',
      'savepoint s; set search_path to a; rollback to s; create table a.made1 (); commit; FAIL; create table made2 ();',
      'public',
    ],
    [
      'committed in front of what is rolled back',
      'set search_path to a; create table made1 (); commit and chain; FAIL; rollback; create table made2 ();',
      'a',
    ],
    [
      'rolled back to a savepoint in front of another',
      'savepoint s1; set search_path to a; savepoint s2; rollback to s1; commit; create table a.made1 (); FAIL; create table made2 ();',
      'public',
    ],
    [
      'SET LOCAL where no transaction spans the file',
      'set local search_path to a; create table made1 (); vacuum public.t; FAIL; create table made2 ();',
      'a',
    ],
    [
      'SET LOCAL, and what is said with set_config, where no transaction spans the file',
      `set /* for all */ local role none; select set_config('search_path', 'a', true); create table made1 (); vacuum public.t; FAIL; create table made2 ();`,
      'a',
    ],
  ])('%s', (_name, file, schema) =>
    withDatabase(async ({ url, sql }) =>
      withDatabase(async (other) => {
        const failing = file.replace('FAIL', FAILS);
        expectExit(await migrate(url, failing), 'HALFWAY');
        expectExit(await migrate(url, corrected(failing)), 'OK');
        expectExit(await migrate(other.url, corrected(failing)), 'OK');
        const expected = [
          { schema: 'a', name: 'made1' },
          { schema, name: 'made2' },
        ];
        expect(await sql.unsafe(TABLES)).toEqual(expected);
        expect(await other.sql.unsafe(TABLES)).toEqual(expected);
      }),
    ),
  );
});

test.concurrent('names that the file hides from itself do not mislead us', () =>
  withDatabase(async ({ url, sql }) => {
    const file = `create schema mock; create function mock.now() returns timestamptz language sql as $$ select '2000-01-01'::timestamptz $$;
set search_path to mock, pg_catalog, public; COMMIT; insert into log values (1); ${FAILS};`;
    expectExit(await migrate(url, file), 'HALFWAY');
    expectExit(await migrate(url, corrected(file)), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ n: 1 }]);
  }));

test.concurrent('an attempt that did not get its locks leaves no role behind for the next', () =>
  withDatabase(async ({ url, sql, name }) => {
    const role = `${name}_weak`;
    await sql.unsafe(`create role ${role}`);
    try {
      await migrate(url, 'select 1;');
      await sql.unsafe(`alter table busy owner to ${role}; grant usage on schema public to ${role}`);
      const other = await sql.reserve();
      await other`begin`;
      await other`select * from busy`;
      const file = `vacuum t; set role ${role}; alter table busy add b int; reset role;`;
      const folder = migrationsFolder([
        TABLE,
        { tag: '0001_next', sql: 'select 1;' },
        { tag: '0002_role', sql: file },
      ]);
      const result = await runRunner({
        args: ['migrate'],
        env: environment(url, folder, { LOCK_TIMEOUT_MS: '50' }),
        onEvent: ({ event }) => {
          if (event === 'unit_retried') void other`commit`.then(() => other.release());
        },
      });
      expectExit(result, 'OK');
    } finally {
      await sql.unsafe(`drop owned by ${role} cascade; drop role ${role}`);
    }
  }));

test.concurrent('what a procedure committed before it failed is never called rolled back', () =>
  withDatabase(async ({ url, sql }) => {
    const procedure = `create procedure p() language plpgsql as $$ begin insert into log values (1); commit; perform * from missing; end $$;`;
    const folder = migrationsFolder([
      TABLE,
      { tag: '0001_procedure', sql: procedure },
      { tag: '0002_call', sql: '-- drizzle-gate: no-transaction\ncall p();' },
    ]);
    const result = await runRunner({ args: ['migrate'], env: environment(url, folder) });
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end.message).toMatch(
      /what this CALL committed before stays, and the next run does it again/,
    );
    expect(await sql.unsafe(LOG)).toEqual([{ n: 1 }]);
  }));

test.concurrent('SET TRANSACTION is the first statement of its transaction, as under Drizzle', () =>
  withDatabase(async ({ url }) => {
    const isolation = 'set transaction isolation level serializable;';
    expectExit(await migrate(url, `${isolation} create table made1 ();`), 'OK');
    const folder = migrationsFolder([
      TABLE,
      { tag: '0001_next', sql: `${isolation} create table made1 ();` },
      { tag: '0002_own', sql: `commit; begin; ${isolation} select 1; commit;` },
    ]);
    expectExit(await runRunner({ args: ['migrate'], env: environment(url, folder) }), 'OK');
  }));

test.concurrent('a migration that gives up all advisory locks does not open the door to another runner', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([
      TABLE,
      { tag: '0001_unlock', sql: 'select pg_advisory_unlock_all();' },
      {
        tag: '0002_steps',
        sql: 'insert into log values (1); select pg_sleep(0.1); vacuum t; insert into log values (2);',
      },
    ]);
    const runs = Array.from({ length: 4 }, () =>
      runRunner({ args: ['migrate'], env: environment(url, folder) }),
    );
    for (const result of await Promise.all(runs)) expectExit(result, 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await sql`select id from drizzle.__drizzle_migrations`).toHaveLength(3);
  }));

test.concurrent('without DELETE on the progress nothing is begun', () =>
  withDatabase(async ({ url, sql, name }) => {
    const role = `${name}_role`;
    await sql.unsafe(`create role ${role} login password 'weak-password'`);
    try {
      expectExit(await migrate(url, 'vacuum t;'), 'OK');
      await sql.unsafe(`grant usage, create on schema drizzle, public to ${role}; grant select, insert on all tables in schema drizzle to ${role};
        grant usage on all sequences in schema drizzle to ${role}; grant update on drizzle.__drizzle_gate_progress, drizzle.__drizzle_gate_runs to ${role}`);
      const weak = Object.assign(new URL(url), { username: role, password: 'weak-password' }).href;
      const folder = migrationsFolder([
        TABLE,
        { tag: '0001_next', sql: 'vacuum t;' },
        { tag: '0002_last', sql: 'create table made1 (a int); vacuum made1;' },
      ]);
      const result = await runRunner({ args: ['migrate'], env: environment(weak, folder) });
      expectExit(result, 'ACCESS');
      expect(result.end.remedy).toMatch(/grant DELETE on it/);
      expect(await sql.unsafe(TABLES)).toEqual([]);

      await sql.unsafe(`revoke select on drizzle.__drizzle_gate_progress from ${role}`);
      const unread = await runRunner({ args: ['migrate'], env: environment(weak, folder) });
      expectExit(unread, 'ACCESS');
      expect(unread.end.remedy).toMatch(
        /^grant SELECT, INSERT, UPDATE, DELETE on "drizzle"."__drizzle_gate_/,
      );
      const plain = migrationsFolder([
        TABLE,
        { tag: '0001_next', sql: 'vacuum t;' },
        { tag: '0002_last', sql: 'create table made1 (a int);' },
      ]);
      const checked = await runRunner({ args: ['preflight'], env: environment(weak, plain) });
      expectExit(checked, 'OK');
      expect(named(checked, 'check_warned')).toMatchObject([
        { message: expect.stringContaining(`progress" cannot be read`) },
      ]);
      const migrated = await runRunner({ args: ['migrate'], env: environment(weak, plain) });
      expectExit(migrated, 'OK');
      expect(named(migrated, 'progress_unreadable')).toHaveLength(1);
    } finally {
      await sql.unsafe(`drop owned by ${role} cascade; drop role ${role}`);
    }
  }));
