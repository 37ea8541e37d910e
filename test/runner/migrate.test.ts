import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from '../../core/journal';
import { readCatalog } from '../migrations/catalog';
import { FOLDER } from '../migrations/reference-folder';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one (id int);' };
const TWO: FolderMigration = { tag: '0001_two', sql: 'create table two (id int);', when: 1_700_000_001_000 };
const THREE: FolderMigration = {
  tag: '0002_three',
  sql: 'create table three (id int);',
  when: 1_700_000_002_000,
};

const migrate = (url: string, folder: string, env: Record<string, string> = {}) =>
  runRunner({ args: ['migrate'], env: environment(url, folder, env) });

const hashes = async ({ sql }: TestDatabase) =>
  (await sql`select hash from drizzle.__drizzle_migrations order by id`).map(({ hash }) => hash);
const tables = async ({ sql }: TestDatabase) =>
  (await sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`).map(
    ({ name }) => name,
  );

test('applies the reference migrations, and a second run finds nothing to do', () =>
  withDatabase(async (database) => {
    const first = await migrate(database.url, FOLDER);
    expectExit(first, 'OK');
    const expected = readJournal(FOLDER).migrations;
    expect(first.end).toMatchObject({ applied: expected.length, last: expected.at(-1)?.tag });
    expect(await hashes(database)).toEqual(expected.map(({ hash }) => hash));
    expect(await database.sql`select created_at from drizzle.__drizzle_migrations order by id`).toEqual(
      expected.map(({ when }) => ({ created_at: String(when) })),
    );

    const before = await readCatalog(database.sql);
    const second = await migrate(database.url, FOLDER);
    expectExit(second, 'OK');
    expect(named(second, 'nothing_pending')).toHaveLength(1);
    expect(second.end).toMatchObject({ applied: 0 });
    expect(await readCatalog(database.sql)).toEqual(before);
  }));

test('ten runners at once on a fresh database apply each migration once, and all succeed', () =>
  withDatabase(async (database) => {
    const results = await Promise.all(
      Array.from({ length: 10 }, () => migrate(database.url, FOLDER, { LOCK_WAIT_SECONDS: '60' })),
    );
    for (const result of results) expectExit(result, 'OK');
    const all = readJournal(FOLDER).migrations;
    expect(await hashes(database)).toEqual(all.map(({ hash }) => hash));
    const applied = results.map(({ end }) => end.applied);
    expect(applied.sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, all.length]);
  }));

test('a migration merged late is applied, and said to be', () =>
  withDatabase(async (database) => {
    expectExit(await migrate(database.url, migrationsFolder([ONE, THREE])), 'OK');
    const result = await migrate(database.url, migrationsFolder([ONE, TWO, THREE]));
    expectExit(result, 'OK');
    expect(named(result, 'out_of_order')).toMatchObject([{ level: 'warn', migration: '0001_two' }]);
    expect(await tables(database)).toEqual(['one', 'three', 'two']);
  }));

test('an edited migration is refused and nothing else is applied', () =>
  withDatabase(async (database) => {
    expectExit(await migrate(database.url, migrationsFolder([ONE])), 'OK');
    const edited = { ...ONE, sql: 'create table one (id bigint);' };
    const result = await migrate(database.url, migrationsFolder([edited, TWO]));
    expectExit(result, 'MISMATCH');
    expect(result.end.message).toMatch(/0000_one was edited after it was applied .*; restore the file/);
    expect(await tables(database)).toEqual(['one']);
  }));

test('a checkout with other line ends is not an edit', () =>
  withDatabase(async ({ url }) => {
    const sql = 'create table one (\n  id int\n);\n';
    expectExit(await migrate(url, migrationsFolder([{ ...ONE, sql }])), 'OK');
    const crlf = migrationsFolder([{ ...ONE, sql: sql.replaceAll('\n', '\r\n') }]);
    expectExit(await migrate(url, crlf), 'OK');
  }));

test('another database, or another folder, is told from diverged branches', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, migrationsFolder([ONE])), 'OK');
    const result = await migrate(url, migrationsFolder([{ ...TWO, tag: '0000_other' }]));
    expectExit(result, 'MISMATCH');
    expect(result.end.message).toMatch(
      /the history has 1 row, and none belongs to a file of this folder: look whether DATABASE_URL/,
    );
    expect(await sql`select from drizzle.__drizzle_migrations`).toHaveLength(1);
  }));

test('diverged branches are refused', () =>
  withDatabase(async (database) => {
    expectExit(await migrate(database.url, migrationsFolder([ONE, TWO])), 'OK');
    const result = await migrate(database.url, migrationsFolder([ONE, THREE]));
    expectExit(result, 'MISMATCH');
    expect(result.end.message).toMatch(/files and database diverged: 1 pending here.*history id 2/);
    expect(await tables(database)).toEqual(['one', 'two']);
  }));

test('a database ahead of an older release passes with a warning', () =>
  withDatabase(async ({ url }) => {
    expectExit(await migrate(url, migrationsFolder([ONE, TWO])), 'OK');
    const result = await migrate(url, migrationsFolder([ONE]));
    expectExit(result, 'OK');
    expect(named(result, 'history_warning')[0]?.message).toMatch(/the database is ahead: 1 applied/);
  }));

test.each([
  ['content', { sql: ONE.sql.replace('table', 'table if not exists') }, {}],
  ['time', {}, { when: 1_700_000_000_000 }],
])('a later migration with the same %s as an applied one is applied', (_name, first, second) =>
  withDatabase(async (database) => {
    const sql = 'create table if not exists one (id int);';
    expectExit(await migrate(database.url, migrationsFolder([{ ...ONE, ...first }])), 'OK');
    const later = { ...TWO, ...('when' in second ? second : { sql }) };
    const result = await migrate(database.url, migrationsFolder([{ ...ONE, ...first }, later]));
    expectExit(result, 'OK');
    expect(await hashes(database)).toHaveLength(2);
  }),
);

test('success means that nothing is pending, not that no error was seen', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url, migrationsFolder([ONE])), 'OK');
    await sql.unsafe(`create function swallow() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger swallow before insert on drizzle.__drizzle_migrations for each row execute function swallow()`);
    const result = await migrate(url, migrationsFolder([ONE, TWO]));
    expectExit(result, 'INTERNAL');
    expect(result.end).toMatchObject({
      detail: '0001_two',
      message: expect.stringMatching(/still pending/),
    });
  }));

test.each([
  ['another schema and table for the history', 'my.history'],
  ['a name of the history that PostgreSQL cuts', 'h'.repeat(80)],
])('%s', (_, table) =>
  withDatabase(async ({ url, sql }) => {
    const env = { MIGRATIONS_SCHEMA: 'My "Schema"', MIGRATIONS_TABLE: table };
    for (const applied of [1, 0]) {
      const result = await migrate(url, migrationsFolder([ONE]), env);
      expectExit(result, 'OK');
      expect(result.end.applied).toBe(applied);
    }
    expect(await sql.unsafe(`select count(*)::int as rows from "My ""Schema"""."${table}"`)).toEqual([
      { rows: 1 },
    ]);
  }),
);

test('what a migration SETs does not reach the next', () =>
  withDatabase(async (database) => {
    const sets = 'create schema elsewhere; set search_path = elsewhere; set statement_timeout = 400;';
    const folder = migrationsFolder([
      { ...ONE, sql: sets },
      { ...TWO, sql: 'select pg_sleep(0.6); create table here ();' },
    ]);
    expectExit(await migrate(database.url, folder), 'OK');
    expect(await tables(database)).toEqual(['here']);
  }));

test('a folder other than the one the manifest was made for is refused', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([ONE]);
    const { digest } = readJournal(folder);
    expectExit(await migrate(url, folder, { MIGRATIONS_DIGEST: digest }), 'OK');
    writeFileSync(join(folder, '0000_one.sql'), 'select 1');
    const result = await migrate(url, folder, { MIGRATIONS_DIGEST: digest });
    expectExit(result, 'MISMATCH');
    expect(result.end.remedy).toMatch(/deploy the image/);
  }));
