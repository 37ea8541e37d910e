import { readCatalog } from '../migrations/catalog';
import { FOLDER } from '../migrations/reference-folder';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one (id int);' };

const run = (command: string, url: string, folder: string, env: Record<string, string> = {}) =>
  runRunner({ args: [command], env: environment(url, folder, env) });

const checks = (result: RunnerResult, event: 'check_passed' | 'check_warned' | 'check_refused') =>
  named(result, event).map(({ check }) => check);

test('passes on a fresh and on a migrated database, and changes nothing on either', () =>
  withDatabase(async ({ url, sql }) => {
    for (const rows of ['does not exist yet', 'has 14 rows']) {
      const before = await readCatalog(sql);
      const result = await run('preflight', url, FOLDER);
      expectExit(result, 'OK');
      expect(checks(result, 'check_passed')).toEqual([
        ...['connectivity', 'server version', 'writability', 'connection slots', 'tracking table'],
        ...['applied migrations', ...(rows.startsWith('has') ? [] : ['privileges']), 'migration lock'],
        'environment',
      ]);
      expect(named(result, 'check_passed')[4]?.message).toContain(rows);
      expect(await readCatalog(sql)).toEqual(before);
      expectExit(await run('migrate', url, FOLDER), 'OK');
    }
  }));

test('warns of what runs outside a transaction and of what is merged late', () =>
  withDatabase(async ({ url }) => {
    const late = { tag: '0001_late', sql: 'vacuum', when: 1_700_000_000_500 };
    const last = { tag: '0002_last', sql: 'select 1', when: 1_700_000_009_000 };
    expectExit(await run('migrate', url, migrationsFolder([ONE, last])), 'OK');
    const result = await run('preflight', url, migrationsFolder([ONE, late, last]));
    expectExit(result, 'OK');
    expect(named(result, 'check_warned').map(({ message }) => message)).toEqual([
      expect.stringMatching(/0001_late comes before a migration that is applied already/),
      expect.stringMatching(/0001_late runs outside a transaction/),
    ]);
  }));

test('a read-only database is refused', () =>
  withDatabase(async ({ url, sql, name }) => {
    await sql.unsafe(`alter database ${name} set default_transaction_read_only = on`);
    const result = await run('preflight', url, migrationsFolder([ONE]));
    expectExit(result, 'PREFLIGHT');
    expect(result.end.message).toMatch(
      /writability: this database is read-only; connect to the primary, or ALTER DATABASE "test_\w+" RESET/,
    );
  }));

test('everything is told at once, and the code is one that no retry can change', () =>
  withDatabase(async ({ url, sql, name }) => {
    await sql.unsafe(`alter database ${name} set default_transaction_read_only = on`);
    const broken = migrationsFolder([{ ...ONE, sql: 'copy one from stdin;' }]);
    const result = await run('preflight', url, broken, {
      LOG_FORMAT: 'json',
      MIGRATIONS_DIGEST: 'x'.repeat(64),
    });
    expectExit(result, 'PREFLIGHT');
    expect(checks(result, 'check_refused')).toEqual(['writability', 'environment']);
    const unreachable = await run('preflight', 'postgresql://me:secret-word@127.0.0.1:1/db', '/nowhere');
    expectExit(unreachable, 'CONFIG');
    expect(checks(unreachable, 'check_refused')).toEqual(['connectivity', 'environment']);
  }));

test.each<[string, FolderMigration, 'MISMATCH' | 'CONFIG']>([
  ['an edited migration', { ...ONE, sql: 'select 2' }, 'MISMATCH'],
  ['diverged branches', { ...ONE, tag: '0000_other', sql: 'select 3', when: 5 }, 'MISMATCH'],
  ['a file that wants input', { ...ONE, when: 7, sql: 'copy one from stdin' }, 'CONFIG'],
])('%s is refused before anything runs', (name, migration, exit) =>
  withDatabase(async ({ url }) => {
    if (name !== 'a file that wants input')
      expectExit(await run('migrate', url, migrationsFolder([ONE])), 'OK');
    const result = await run('preflight', url, migrationsFolder([migration]));
    expectExit(result, exit);
    expect(checks(result, 'check_refused')).toEqual(['applied migrations']);
  }),
);

test('missing privileges are refused with the grant', () =>
  withDatabase(async ({ url, sql, name }) => {
    const asRole = Object.assign(new URL(url), { username: `r_${name}`, password: 'weak-password' }).href;
    await sql.unsafe(`create role r_${name} login password 'weak-password'`);
    try {
      const fresh = await run('preflight', asRole, migrationsFolder([ONE]));
      expectExit(fresh, 'ACCESS');
      expect(`${fresh.end.message}${fresh.end.detail}`).toMatch(
        /cannot be created; GRANT CREATE ON DATABASE/,
      );
      expectExit(await run('migrate', url, migrationsFolder([ONE])), 'OK');
      await sql.unsafe(
        `grant usage on schema drizzle to r_${name}; grant select on drizzle.__drizzle_migrations to r_${name}`,
      );
      const readonly = await run('preflight', asRole, migrationsFolder([ONE]));
      expectExit(readonly, 'ACCESS');
      expect(`${readonly.end.message}${readonly.end.detail}`).toMatch(
        /cannot be written; GRANT INSERT ON "drizzle"."__drizzle_migrations" TO "r_test_/,
      );
    } finally {
      await sql.unsafe(`drop owned by r_${name}; drop role r_${name}`);
    }
  }));
