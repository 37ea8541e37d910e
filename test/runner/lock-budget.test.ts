import type { TestDatabase } from '../support/database';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const BUDGET = 600;

/** Sessions that each hold a table in an idle transaction while `use` runs. */
async function withIdle<T>(
  { sql }: TestDatabase,
  tables: readonly string[],
  use: () => Promise<T>,
): Promise<T> {
  const holders = await Promise.all(tables.map(() => sql.reserve()));
  for (const [index, holder] of holders.entries()) {
    await holder.unsafe(`begin; set application_name = 'forgotten'; select * from ${tables[index]}`);
  }
  try {
    return await use();
  } finally {
    for (const holder of holders) {
      await holder`rollback`;
      holder.release();
    }
  }
}

const once = (url: string, sql: string, budget = BUDGET) =>
  runRunner({
    args: ['migrate'],
    env: environment(url, migrationsFolder([{ tag: '0000_change', sql }]), {
      ...{ LOCK_TIMEOUT_MS: String(budget), LOCK_RETRIES: '0' },
    }),
  });

test('locks that come free one after the other share the budget', () =>
  withDatabase(async (database) => {
    const { sql, url } = database;
    const tables = ['a', 'b', 'c', 'd'];
    for (const table of tables) await sql.unsafe(`create table ${table} (a int)`);
    const holders = await Promise.all(tables.map(() => sql.reserve()));
    for (const [index, holder] of holders.entries()) {
      await holder.unsafe(`begin; select * from ${tables[index]}`);
      // Each is released before a wait for it alone would be too long.
      setTimeout(() => void holder`rollback`.then(() => holder.release()), 500 * (index + 1) + 500);
    }
    const result = await once(url, 'lock table a; lock table b; lock table c; lock table d;', 1200);
    expectExit(result, 'TRY_AGAIN');
    expect(result.end).toMatchObject({ sqlstate: '55P03', migration: '0000_change' });
    expect(result.end.message).toMatch(
      /^0000_change.sql:1:\d+: statement \d: the locks were not obtained within 1200 ms/,
    );
  }));

test('who is waited for is named, but not what they run', () =>
  withDatabase(async (database) => {
    await database.sql`create table busy (secret text)`;
    const result = await withIdle(database, [`busy where secret = 'private'`], () =>
      once(database.url, 'alter table busy add column b int;'),
    );
    expectExit(result, 'TRY_AGAIN');
    expect(result.end.detail).toMatch(
      /blocked by:\n- pid \d+ \(user postgres, application forgotten, idle in transaction, query started \d{4}-/,
    );
    expect(JSON.stringify(result.events)).not.toContain('private');
    expect(named(result, 'unit_failed')).toMatchObject([{ migration: '0000_change' }]);
  }));

test('waiting at work that holds no lock yet, and the work itself, spend nothing of the budget twice', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table busy (a int)`;
    const result = await once(
      url,
      'lock table busy; select pg_sleep(1.5); alter table busy add column b int;',
      500,
    );
    expectExit(result, 'OK');
  }));

test('a concurrent build names the old transactions, reports its progress and is not cut off by the budget', () =>
  withDatabase(async (database) => {
    const { sql, url } = database;
    await sql`create table busy (a int)`;
    const holder = await sql.reserve();
    await holder`begin`;
    await holder`insert into busy values (1)`;
    const run = once(url, 'create index concurrently busy_a on busy (a);', 100);
    setTimeout(() => void holder`commit`.then(() => holder.release()), 2500);
    const result = await run;
    expectExit(result, 'OK');
    expect(named(result, 'index_progress')[0]).toMatchObject({
      ...{ migration: '0000_change', waiting_for_pid: expect.any(Number) },
      message: expect.stringMatching(/building the index: waiting for .*, waiting for pid \d+/),
    });
  }));
