import { sha256 } from '../../core/journal';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const TABLE: FolderMigration = {
  tag: '0000_table',
  sql: 'create table t (a int); create table log (what text);',
};
const INDEX: FolderMigration = {
  tag: '0001_index',
  sql: `insert into log values ('once');
--> statement-breakpoint
CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);
--> statement-breakpoint
insert into log values ('after');`,
};

const migrate = (url: string, ...migrations: FolderMigration[]) =>
  runRunner({ args: ['migrate'], env: environment(url, migrationsFolder(migrations)) });

const INDEXES = `select indisvalid as valid from pg_index where indexrelid = to_regclass('t_a')`;
const LOG = 'select what from log order by ctid';

test('CONCURRENTLY works, and leaves no progress behind', () =>
  withDatabase(async ({ url, sql }) => {
    const result = await migrate(url, TABLE, INDEX);
    expectExit(result, 'OK');
    expect(named(result, 'unit_started').map(({ migrations }) => migrations)).toEqual([
      ['0000_table'],
      ['0001_index'],
    ]);
    expect(await sql.unsafe(INDEXES)).toEqual([{ valid: true }]);
    expect(await sql`select * from drizzle.__drizzle_gate_progress`).toEqual([]);
  }));

test('a build that fails stops midway; after the repair the next run completes and repeats nothing', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, TABLE), 'OK');
    await sql`insert into t values (1), (1)`;
    for (const attempt of [1, 2]) {
      const failed = await migrate(url, TABLE, INDEX);
      expectExit(failed, 'HALFWAY');
      expect(failed.end).toMatchObject({
        ...{ migration: '0001_index', sqlstate: '23505' },
        message: expect.stringMatching(/^0001_index.sql:3:1: statement 2: /),
        remedy: expect.stringMatching(/the next run goes on here/),
      });
      expect(named(failed, 'statement_resumed')).toHaveLength(attempt - 1);
      expect(await sql`select hash from drizzle.__drizzle_migrations`).toHaveLength(1);
    }
    expect(await sql.unsafe(INDEXES)).toEqual([{ valid: false }]);
    await sql`delete from t where ctid = (select min(ctid) from t)`;
    expectExit(await migrate(url, TABLE, INDEX), 'OK');
    expect(await sql.unsafe(INDEXES)).toEqual([{ valid: true }]);
    expect(await sql.unsafe(LOG)).toEqual([{ what: 'once' }, { what: 'after' }]);
  }));

const LOOK_UP = `create function f(x int) returns int language plpgsql immutable
  as $$ begin return (select count(*) from public.lookup where a = x); end $$;`;

test('a function that fails in mid-build with the code of a refusal leaves work to go on with', () =>
  withDatabase(async ({ url, sql }) => {
    const table = { ...TABLE, sql: `${TABLE.sql} ${LOOK_UP}` };
    const build = { tag: '0001_build', sql: 'create index concurrently t_a on t (f(a));' };
    const rebuild = { tag: '0002_rebuild', sql: 'reindex index concurrently t_a;' };
    const invalid = async () =>
      (await sql`select indexrelid::regclass as name from pg_index where not indisvalid`).map(
        ({ name }) => name,
      );
    expectExit(await migrate(url, table), 'OK');
    await sql`insert into t values (1)`;
    const failed = await migrate(url, table, build);
    expectExit(failed, 'HALFWAY');
    expect(failed.end.sqlstate).toBe('42P01');
    expect(await invalid()).toEqual(['t_a']);
    await sql`create table lookup (a int)`;
    expectExit(await migrate(url, table, build), 'OK');
    await sql`drop table lookup`;
    expectExit(await migrate(url, table, build, rebuild), 'HALFWAY');
    expect(await invalid()).toEqual(['t_a_ccnew']);
    await sql`create table lookup (a int)`;
    expectExit(await migrate(url, table, build, rebuild), 'OK');
    expect(await invalid()).toEqual([]);
  }));

test('a build that was finished but not noted is not repeated', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, TABLE), 'OK');
    await sql`insert into t values (1), (1)`;
    expectExit(await migrate(url, TABLE, INDEX), 'HALFWAY');
    await sql`truncate t`;
    await sql`drop index t_a`;
    await sql`create unique index t_a on t (a)`;
    expectExit(await migrate(url, TABLE, INDEX), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ what: 'once' }, { what: 'after' }]);
  }));

test("IF NOT EXISTS is not content with the invalid index of somebody else's attempt", () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, TABLE), 'OK');
    await sql`insert into t values (1), (1)`;
    await sql`create unique index concurrently t_a on t (a)`.catch(() => undefined);
    await sql`truncate t`;
    const build = 'create unique index concurrently if not exists t_a on t (a)';
    expectExit(await migrate(url, TABLE, { ...INDEX, sql: build }), 'OK');
    expect(await sql.unsafe(INDEXES)).toEqual([{ valid: true }]);
  }));

test('the lock limit holds again for what follows a concurrent build', () =>
  withDatabase(async ({ url, sql }) => {
    const show = `insert into log select current_setting('lock_timeout')`;
    const build = `create index concurrently t_a on t (a); ${show};`;
    const env = environment(url, migrationsFolder([TABLE, { ...INDEX, sql: build }]), {
      LOCK_TIMEOUT_MS: '1234',
    });
    expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ what: '1234ms' }]);
  }));

test('what fails before anything was begun is rolled back whole', () =>
  withDatabase(async ({ url, sql }) => {
    const result = await migrate(url, TABLE, { ...INDEX, sql: 'select 1/0; vacuum t;' });
    expectExit(result, 'MIGRATION_FAILED');
    expect(await sql`select * from drizzle.__drizzle_gate_progress`).toEqual([]);
  }));

test('an index of the same name with another definition is never taken for our own', () =>
  withDatabase(async ({ url, sql }) => {
    const table = { tag: '0000_table', sql: 'create table t (a int, b int); create index t_a on t (a);' };
    const index = { tag: '0001_index', sql: 'CREATE INDEX CONCURRENTLY t_a ON t (b);' };
    for (let attempt = 0; attempt < 2; attempt++) {
      const result = await migrate(url, table, index);
      expectExit(result, 'MIGRATION_FAILED');
      expect(result.end).toMatchObject({ sqlstate: '42P07', migration: '0001_index' });
    }
    expect(await sql`select * from drizzle.__drizzle_gate_progress`).toEqual([]);
  }));

test('what a file SETs holds in the run that goes on, too', () =>
  withDatabase(async ({ url, sql }) => {
    const tables: FolderMigration = {
      tag: '0000_tables',
      sql: 'create schema app; create table app.t (a int); create table public.t (a int);',
    };
    const index: FolderMigration = {
      tag: '0001_index',
      sql: 'SET search_path TO app; ALTER TABLE t ADD COLUMN extra int; CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a); ALTER TABLE t ADD COLUMN more int;',
    };
    expectExit(await migrate(url, tables), 'OK');
    await sql`insert into app.t values (1), (1)`;
    expectExit(await migrate(url, tables, index), 'HALFWAY');
    await sql`delete from app.t`;
    expectExit(await migrate(url, tables, index), 'OK');
    const changed = await sql`
      select table_schema as schema from information_schema.columns where column_name in ('extra', 'more')`;
    expect(changed).toEqual([{ schema: 'app' }, { schema: 'app' }]);
  }));

test('an index that an interrupted run dropped is not missed by the next; a wrong name is', () =>
  withDatabase(async ({ url, sql }) => {
    const drop: FolderMigration = { tag: '0001_drop', sql: 'DROP INDEX CONCURRENTLY t_a;' };
    expectExit(await migrate(url, TABLE, drop), 'MIGRATION_FAILED');
    await sql`insert into drizzle.__drizzle_gate_progress (history_table, migration, statement, hash, state)
      values ('__drizzle_migrations', '0001_drop', 1, ${sha256('DROP INDEX CONCURRENTLY t_a')}, 'started')`;
    expectExit(await migrate(url, TABLE, drop), 'OK');
  }));

test('a role that the file sets need not be allowed to write the progress', () =>
  withDatabase(async ({ url, sql, name }) => {
    const role = `${name}_owner`;
    await sql.unsafe(`create role ${role}; grant create, usage on schema public to ${role}`);
    try {
      const file = `SET ROLE ${role}; CREATE TABLE own (a int); CREATE INDEX CONCURRENTLY own_a ON own (a); RESET ROLE;`;
      expectExit(await migrate(url, TABLE, { tag: '0001_role', sql: file }), 'OK');
      expect(await sql`select tableowner from pg_tables where tablename = 'own'`).toEqual([
        { tableowner: role },
      ]);
    } finally {
      await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  }));

test('a temporary table is refused where the run may have to go on in another session', () =>
  withDatabase(async ({ url }) => {
    const file = `create  TEMP table x as select 1 as a;\n${INDEX.sql}`;
    const result = await migrate(url, TABLE, { tag: '0001_temp', sql: file });
    expectExit(result, 'CONFIG');
    expect(result.end).toMatchObject({
      message: expect.stringMatching(
        /^0001_temp.sql, line 1: a temporary table .* CREATE INDEX CONCURRENTLY/,
      ),
    });
    const alone = await migrate(url, TABLE, {
      tag: '0001_temp',
      sql: 'create temp table x as select 1 as a;',
    });
    expectExit(alone, 'OK');
  }));
