import type postgres from 'postgres';
import { statementHash } from '../../runner/src/database/progress';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const TABLES: FolderMigration = {
  tag: '0000_tables',
  sql: `create table t (a int); create table log (n int); create index concurrently log_n on log (n);
create table p (a int) partition by range (a); create table p1 partition of p for values from (0) to (9);`,
};

const migrate = (url: string, sql?: string) =>
  runRunner({
    args: ['migrate'],
    env: environment(
      url,
      migrationsFolder([TABLES, ...(sql === undefined ? [] : [{ tag: '0001_next', sql }])]),
    ),
  });

/** As a run that was killed leaves it: begun, and nobody knows how far it came. */
async function noteStarted(sql: postgres.Sql, text: string, remembered: string | null = null) {
  await sql`insert into drizzle.__drizzle_gate_progress (history_table, migration, statement, hash, state, remembered)
    values ('__drizzle_migrations', '0001_next', 1, ${statementHash({ text })}, 'started', ${remembered})`;
}

const indexesOf = async (sql: postgres.Sql, table: string) =>
  (
    await sql`select indexrelid::text as oid from pg_index where indrelid = ${table}::regclass order by 1`
  ).map(({ oid }) => String(oid));

test.concurrent.each([false, true])(
  'an index without a name that was built before the note is not built twice (built: %s)',
  (isBuilt) =>
    withDatabase(async ({ url, sql }) => {
      expectExit(await migrate(url), 'OK');
      const text = 'create index concurrently on log (n)';
      await noteStarted(sql, text, (await indexesOf(sql, 'log')).join(','));
      if (isBuilt) await sql.unsafe(text);
      expectExit(await migrate(url, `${text};`), 'OK');
      expect(await indexesOf(sql, 'log')).toHaveLength(2);
    }),
);

test.concurrent('a detach that was interrupted after its first half is finalized', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    const text = 'alter table p detach partition p1 concurrently';
    // The first half commits at once, then it waits for whoever reads the parent.
    await sql.begin(async (reader) => {
      await reader`select * from p`;
      const session = await sql.reserve();
      await session`set statement_timeout = '300ms'`;
      await expect(session.unsafe(text).simple()).rejects.toThrow(/statement timeout/);
      await session`reset statement_timeout`;
      session.release();
    });
    expect(await sql`select inhdetachpending as pending from pg_inherits`).toEqual([{ pending: true }]);
    await noteStarted(sql, text);
    expectExit(await migrate(url, `${text};`), 'OK');
    expect(await sql`select * from pg_inherits where inhrelid = 'p1'::regclass`).toEqual([]);
    expectExit(await migrate(url, `${text};`), 'OK');
  }));

test.concurrent('DISCARD ALL takes neither the limits nor the migration lock with it', () =>
  withDatabase(async ({ url, sql }) => {
    const look = `insert into log select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid();
insert into log select setting::int from pg_settings where name = 'lock_timeout';`;
    expectExit(await migrate(url, `discard all; ${look}`), 'OK');
    expect(await sql`select n from log`).toEqual([{ n: 1 }, { n: 5000 }]);
  }));

test.concurrent('an ordinary CREATE INDEX IF NOT EXISTS is not content with an invalid index', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql`insert into t values (1), (1)`;
    await sql`create unique index concurrently "T_a" on t (a)`.catch(() => undefined);
    const text = 'create index if not exists "T_a" on t (a);';
    const result = await migrate(url, text);
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end.message).toMatch(/^0001_next: the index T_a is there but invalid/);
    await sql`drop index "T_a"`;
    expectExit(await migrate(url, text), 'OK');
  }));
