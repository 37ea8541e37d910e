import { expectSchema, readJournal, type SchemaExpectation } from '../../../core/journal';
import { withDatabase } from '../../support/database';
import { afterUp, folderPerMigration, migrationsFolder } from '../../support/migrations-folder';
import { withRoleWithout } from '../../support/role-without';
import { environment, expectExit, named, runRunner } from '../../support/runner';

const MIGRATIONS = ['0000_one', '0001_two', '0002_three'].map((tag, index) => ({
  ...{ tag, sql: `create table t${index} (a int)` },
}));
const FOLDER = migrationsFolder(MIGRATIONS);
const SHORT = migrationsFolder(MIGRATIONS.slice(0, 2));
const NOWHERE = 'postgresql://me:secret-word@127.0.0.1:1/db';

const variables = ({ last, count, digest }: SchemaExpectation, prefix = 'WAIT_'): Record<string, string> => ({
  ...{ [`${prefix}MIGRATION`]: last, [`${prefix}COUNT`]: String(count), [`${prefix}DIGEST`]: digest },
});
/** As a SchemaGate writes it for an image that holds no migrations. */
const manifest = (folder = FOLDER, oldest?: number): Record<string, string> => {
  const { migrations } = readJournal(folder);
  return {
    ...variables(expectSchema(migrations)),
    ...(oldest && variables(expectSchema(migrations.slice(0, oldest)), 'WAIT_OLDEST_')),
  };
};
const run = (url: string, env: Record<string, string>, more: Partial<Parameters<typeof runRunner>[0]> = {}) =>
  runRunner({ args: ['wait'], env: environment(url, '/nowhere', env), ...more });
const look = (url: string, env: Record<string, string> = manifest()) =>
  run(url, { ...env, WAIT_TIMEOUT_SECONDS: '0' });
const migrate = (url: string, folder = FOLDER, env: Record<string, string> = {}) =>
  runRunner({ args: ['migrate'], env: environment(url, folder, env) });

test.concurrent('waits for a database that is empty, and holds no connection meanwhile', () =>
  withDatabase(async ({ url, sql, name }) => {
    const seen: unknown[] = [];
    const waited = await run(url, manifest(), {
      limit: 60_000,
      onEvent: ({ event }) => {
        if (event !== 'schema_waiting' || seen.length > 0) return;
        // The line comes after the look.
        seen.push(
          sql`select count(*)::int as open from pg_stat_activity
            where datname = ${name} and application_name = 'drizzle-gate'`,
        );
        void migrate(url);
      },
    });
    expectExit(waited, 'OK');
    expect(named(waited, 'schema_waiting')[0]?.message).toBe(
      'waiting for the schema: this release needs 3 migrations up to 0002_three; the database has none yet; no migration is under way',
    );
    expect(waited.end).toMatchObject({ event: 'run_finished', last: '0002_three', count: 3, newer: 0 });
    expect(await seen[0]).toEqual([{ open: 0 }]);
  }));

test.concurrent('the expectation of a 1.x folder, its newer rows, and both ends of a range', () =>
  withDatabase(async ({ url }) => {
    const folder = folderPerMigration(afterUp(MIGRATIONS));
    expectExit(await migrate(url, folder), 'OK');
    expectExit(await look(url, manifest(folder)), 'OK');
    const newer = await look(url, manifest(SHORT));
    expectExit(newer, 'OK');
    expect(newer.end).toMatchObject({ newer: 1 });
    const exactly = await look(url, { ...manifest(SHORT), WAIT_MAX_NEWER: '0' });
    expectExit(exactly, 'MISMATCH');
    expect(exactly.end.message).toMatch(/^the schema has 1 migration beyond the 2 of this release/);
    expect(exactly.end.remedy).toContain('roll the schema back');
    const four = migrationsFolder([...MIGRATIONS, { tag: '0003_four', sql: '' }]);
    expectExit(await look(url, manifest(four)), 'WAIT_EXPIRED');
    expectExit(await look(url, manifest(four, 3)), 'OK');
  }));

test.concurrent('files that are the very same give the names of what is missing; without a manifest they say it all', () =>
  withDatabase(async ({ url }) => {
    expectExit(await migrate(url, SHORT), 'OK');
    const { digest } = readJournal(FOLDER);
    const withFiles = (env: Record<string, string>) =>
      runRunner({ args: ['wait'], env: environment(url, FOLDER, { ...env, WAIT_TIMEOUT_SECONDS: '0' }) });
    const named = await withFiles({ ...manifest(), MIGRATIONS_DIGEST: digest });
    expectExit(named, 'WAIT_EXPIRED');
    expect(named.end.message).toContain(
      'up to 0002_three, of which 0002_three is missing; the history has 2 rows',
    );
    expect((await withFiles(manifest())).end.message).not.toContain('missing');
    expectExit(await withFiles({}), 'WAIT_EXPIRED');
    expectExit(await withFiles({ WAIT_OLDEST_MIGRATION: '1' }), 'OK');
    const unknown = await withFiles({ WAIT_OLDEST_MIGRATION: '7' });
    expectExit(unknown, 'CONFIG');
    expect(unknown.end.message).toMatch(/^WAIT_OLDEST_MIGRATION is "7", which is no migration of /);
  }));

test.concurrent('neither the migration lock nor a change of the history table holds it up', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    const other = await sql.reserve();
    try {
      await other.unsafe('begin; lock table drizzle.__drizzle_migrations in access exclusive mode');
      const locked = await look(url);
      expectExit(locked, 'WAIT_EXPIRED');
      expect(locked.end.message).toContain('"drizzle"."__drizzle_migrations" is locked by another session');
      const patient = await run(url, manifest(), {
        onEvent: ({ event }) => {
          if (event === 'schema_waiting') void other.unsafe('rollback').execute();
        },
      });
      expectExit(patient, 'OK');
      expect(named(patient, 'schema_waiting')).toHaveLength(1);
    } finally {
      other.release();
    }
  }));

test.concurrent('it is seen that a migration is under way, and a refused role is then waited for', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    const slow = migrationsFolder([...MIGRATIONS, { tag: '0003_slow', sql: 'select pg_sleep(4)' }]);
    expectExit(await migrate(url), 'OK');
    await withRoleWithout(
      database,
      { privilege: 'select', table: 'drizzle.__drizzle_migrations' },
      async (login) => {
        const refused = await look(login);
        expectExit(refused, 'ACCESS');
        expect(refused.end.message).toContain(`the role "${database.name}" may not see the schema version`);
        expect(refused.end.remedy).toMatch(
          /^let the migration grant it \(grantStatusTo of MigrationJob, GRANT_STATUS_TO\), or: GRANT USAGE ON SCHEMA "drizzle" TO "test_\w+"; GRANT SELECT ON TABLE "drizzle"\."__drizzle_migrations" TO /,
        );
        const migration = migrate(url, slow, { GRANT_STATUS_TO: database.name });
        for (;;) {
          const [row] = await sql`select count(*)::int as held from pg_locks where locktype = 'advisory'
            and database = (select oid from pg_database where datname = ${database.name})`;
          if (row?.held > 0) break;
        }
        const waited = await run(login, manifest(slow));
        expectExit(waited, 'OK');
        expect(named(waited, 'schema_waiting')[0]).toMatchObject({
          message: expect.stringContaining('; a migration is under way'),
        });
        expectExit(await migration, 'OK');
      },
    );
  }));

test.concurrent('what is not there yet is waited for; what no waiting changes ends at once', () =>
  withDatabase(async ({ url }) => {
    const other = (change: Partial<URL>) => Object.assign(new URL(url), change).href;
    const unreachable = await look(NOWHERE);
    expectExit(unreachable, 'WAIT_EXPIRED');
    expect(unreachable.end.message).toMatch(/^the schema was not there within 0 s: TCP: /);
    const noDatabase = await look(other({ pathname: '/not_made_yet' }));
    expectExit(noDatabase, 'WAIT_EXPIRED');
    expect(noDatabase.end.message).toContain('"not_made_yet" does not exist');
    const noPassword = await run(other({ password: 'wrong' }), manifest());
    expectExit(noPassword, 'ACCESS');
    expect(named(noPassword, 'schema_waiting')).toEqual([]);
    const foreign = await run(url, {
      ...manifest(),
      MIGRATIONS_SCHEMA: 'pg_catalog',
      MIGRATIONS_TABLE: 'pg_class',
    });
    expectExit(foreign, 'CONFIG');
  }));

test.concurrent('all that is wrong with the expectation is told at once', async () => {
  const { WAIT_DIGEST: _, ...incomplete } = manifest();
  const wrong = await look(NOWHERE, {
    ...incomplete,
    ...{ WAIT_OLDEST_MIGRATION: '0000_one', WAIT_OLDEST_COUNT: '0', WAIT_OLDEST_DIGEST: 'AAAA' },
    WAIT_MAX_NEWER: '-1',
  });
  expectExit(wrong, 'CONFIG');
  expect(wrong.end.detail?.split('\n')).toEqual([
    '- WAIT_DIGEST is not set, but belongs to WAIT_MIGRATION and WAIT_COUNT; set all of them as SchemaGate writes them, or none',
    '- WAIT_OLDEST_DIGEST is no digest of a schema; take it unchanged from a SchemaGate',
    '- WAIT_MAX_NEWER is "-1"; give a whole number from 0 to 1000000',
  ]);
});

test.concurrent('SIGTERM ends it (75)', async () => {
  const stopped = await run(NOWHERE, manifest(), {
    onEvent: ({ event }, child) => {
      if (event === 'schema_waiting') child.kill('SIGTERM');
    },
  });
  expectExit(stopped, 'TRY_AGAIN');
});
