import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const OURS: FolderMigration[] = [
  { tag: '0000_one', sql: 'select 1;' },
  { tag: '0001_two', sql: 'select 2;' },
];
const OTHERS: FolderMigration[] = [{ tag: '0000_other', sql: 'select 3;' }];

const run = (command: string, url: string, migrations: readonly FolderMigration[], env = {}) =>
  runRunner({ args: [command], env: environment(url, migrationsFolder(migrations), env) });

test('a misspelt name of the history begins no second one', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await run('migrate', url, OURS, { MIGRATIONS_TABLE: 'mine' }), 'OK');
    const typo = { MIGRATIONS_SCHEMA: 'drizle', MIGRATIONS_TABLE: 'mime' };
    const message =
      'drizle.mime does not exist, but drizzle.mine does, with 2 rows, 2 of them of these files';
    const remedy =
      'set MIGRATIONS_SCHEMA=drizzle and MIGRATIONS_TABLE=mine; where a second history is meant, make its table first: CREATE SCHEMA IF NOT EXISTS "drizle"; CREATE TABLE "drizle"."mime" (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)';
    const [migrate, preflight, status] = await Promise.all(
      ['migrate', 'preflight', 'status'].map((command) => run(command, url, OURS, typo)),
    );
    if (!migrate || !preflight || !status) throw new Error('not run');
    expectExit(migrate, 'CONFIG');
    expect(migrate.end).toMatchObject({ message: `${message} (exit code 78)`, remedy });
    expect(await sql`select from pg_namespace where nspname = 'drizle'`).toEqual([]);
    expectExit(preflight, 'CONFIG');
    expect(named(preflight, 'check_refused')).toEqual([
      expect.objectContaining({ message: `tracking table: ${message}`, remedy }),
    ]);
    expectExit(status, 'OK');
    expect(named(status, 'history_warning')).toEqual([expect.objectContaining({ message, remedy })]);
    // Tenants may have a history each of the same files.
    await sql.unsafe(remedy.replace(/^.*first: /, ''));
    expectExit(await run('migrate', url, OURS, typo), 'OK');
  }));

test('services with histories of their own share a database; only a history that is not there yet is a warning', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await run('migrate', url, OURS), 'OK');
    await sql`create table files (id int, hash text, created_at bigint)`;
    const first = await run('migrate', url, OTHERS, { MIGRATIONS_SCHEMA: 'other' });
    expectExit(first, 'OK');
    expect(named(first, 'history_warning')).toEqual([
      expect.objectContaining({
        message:
          'other.__drizzle_migrations does not exist, but drizzle.__drizzle_migrations does, with 2 rows, none of them of these files',
        remedy: 'if that is the history of these migrations, set MIGRATIONS_SCHEMA=drizzle',
      }),
    ]);
    const later = [...OTHERS, { tag: '0001_next', sql: 'select 1;' }];
    const second = await run('migrate', url, later, { MIGRATIONS_SCHEMA: 'other' });
    expectExit(second, 'OK');
    expect(named(second, 'history_warning')).toEqual([]);
  }));
