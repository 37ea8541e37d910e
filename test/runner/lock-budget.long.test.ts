import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import type { TestDatabase } from '../support/database';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { waitUntil } from '../support/wait';

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

const once = (url: string, sql: string, budget = BUDGET, onEvent?: (event: string) => void) =>
  runRunner({
    args: ['migrate'],
    env: environment(url, migrationsFolder([{ tag: '0000_change', sql }]), {
      ...{ LOCK_TIMEOUT_MS: String(budget), LOCK_RETRIES: '0' },
    }),
    onEvent: ({ event }) => onEvent?.(event),
  });

test('locks that come free one after the other share the budget', () =>
  withDatabase(async ({ sql, url }) => {
    const tables = ['a', 'b', 'c', 'd'];
    const holders = new Map<string, postgres.ReservedSql>();
    for (const table of tables) {
      await sql.unsafe(`create table ${table} (a int)`);
      const holder = await sql.reserve();
      await holder.unsafe(`begin; select * from ${table}`);
      holders.set(table, holder);
    }
    let isOver = false;
    const isAwaited = async (table: string) =>
      (await sql`select from pg_locks where relation = ${table}::regclass and not granted`).length > 0;
    const releaseAll = async () => {
      for (const [table, holder] of holders) {
        await waitUntil(`somebody waits for ${table}`, async () => isOver || (await isAwaited(table)));
        // Less than the budget, but three of them are more.
        await sleep(500);
        await holder`rollback`;
        holder.release();
      }
    };
    const [result] = await Promise.all([
      once(url, tables.map((table) => `lock table ${table};`).join(' '), 1200).finally(() => {
        isOver = true;
      }),
      releaseAll(),
    ]);
    expectExit(result, 'TRY_AGAIN');
    expect(result.end).toMatchObject({ sqlstate: '55P03', migration: '0000_change' });
    expect(result.end.message).toMatch(
      /^0000_change.sql:1:\d+: statement \d: the locks were not obtained within 1200 ms/,
    );
  }, 6));

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
    const result = await once(url, 'create index concurrently busy_a on busy (a);', 100, (event) => {
      if (event === 'index_progress') void holder`commit`.then(() => holder.release());
    });
    expectExit(result, 'OK');
    expect(named(result, 'index_progress')[0]).toMatchObject({
      ...{ migration: '0000_change', waiting_for_pid: expect.any(Number) },
      message: expect.stringMatching(/^0000_change: statement 1: waiting for .*, waiting for pid \d+/),
    });
  }));

const PARTITIONED = `create table p (a int) partition by range (a);
  create table p1 partition of p for values from (0) to (9); insert into p values (1);`;
const DETACH = 'alter table p detach partition p1 concurrently;';
const HALF_DONE = /the detach is half done: rows of "p1" are no longer seen through "p" \(exit code 75\)$/;

test.concurrent('a detach lets the readers of the partition through when the budget is spent, and so does its rerun', () =>
  withDatabase(async (database) => {
    const { sql, url } = database;
    await sql.unsafe(PARTITIONED);
    await withIdle(database, ['p1'], async () => {
      const blocked = /blocked by:\n- pid \d+ \(user postgres, application forgotten/;
      // The rerun finalizes, where the server's own limit can come before any look.
      for (const [attempt, detail] of [
        ['the first', blocked],
        ['the rerun', /finalize|detach/],
      ] as const) {
        let isOver = false;
        const run = once(url, DETACH).finally(() => {
          isOver = true;
        });
        await waitUntil(`${attempt} waits for the partition`, async () => {
          const awaited = await sql`select from pg_locks where relation = 'p1'::regclass and not granted`;
          return isOver || awaited.length > 0;
        });
        // It is queued behind the detach; who is in the way goes on holding the partition.
        expect(await sql`select * from p1`).toEqual([{ a: 1 }]);
        const result = await run;
        expectExit(result, 'TRY_AGAIN');
        expect(result.end).toMatchObject({
          sqlstate: '55P03',
          message: expect.stringMatching(HALF_DONE),
          detail: expect.stringMatching(detail),
          remedy: expect.stringMatching(/the next run finalizes the detach/),
        });
        expect(result.end.message).toMatch(/the locks were not obtained within 600 ms/);
      }
    });
    expectExit(await once(url, DETACH), 'OK');
    expect(await sql`select from pg_inherits`).toHaveLength(0);
  }));

test.concurrent('a detach that nobody can watch has the limit for each lock', async () => {
  const role = `alone_${randomBytes(6).toString('hex')}`;
  await withDatabase(async (database) => {
    const { sql, url, name } = database;
    await sql.unsafe(`create role ${role} login password 'x' connection limit 1;
      alter database ${name} owner to ${role}; ${PARTITIONED}
      alter table p owner to ${role}; alter table p1 owner to ${role}`);
    const own = Object.assign(new URL(url), { username: role, password: 'x' }).href;
    const result = await withIdle(database, ['p1'], () => once(own, DETACH));
    expectExit(result, 'TRY_AGAIN');
    expect(result.end.message).toMatch(HALF_DONE);
    expect(named(result, 'observer_unavailable')).toHaveLength(1);
    expectExit(await once(own, DETACH), 'OK');
  });
  await withDatabase(({ sql }) => sql.unsafe(`drop role ${role}`));
});

test.concurrent('the first half of a detach waits for transactions as long as it takes, names them, and is no rollback when it is stopped', () =>
  withDatabase(async ({ sql, url }) => {
    await sql.unsafe(PARTITIONED);
    const folder = migrationsFolder([{ tag: '0000_change', sql: DETACH }]);
    const env = environment(url, folder, { LOCK_TIMEOUT_MS: '300', LOCK_RETRIES: '0' });
    const reader = await sql.reserve();
    await reader.unsafe('begin; lock table only p in access share mode');
    const stopped = await runRunner({
      ...{ args: ['migrate'], env },
      onEvent: ({ event }, child) => {
        if (event === 'statement_waiting') child.kill('SIGTERM');
      },
    });
    expectExit(stopped, 'TRY_AGAIN');
    expect(named(stopped, 'statement_waiting')[0]?.message).toMatch(
      /^DETACH PARTITION CONCURRENTLY waits for pid \d+ \(user postgres, .*idle in transaction/,
    );
    expect(stopped.end.message).toMatch(HALF_DONE);
    expect(stopped.end.remedy).toMatch(/^run again; the next run finalizes the detach/);
    expect(await sql`select * from p`).toHaveLength(0);
    await reader`rollback`;
    reader.release();
    expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
    expect(await sql`select from pg_inherits`).toHaveLength(0);
  }));

test.concurrent('an orphaned prepared transaction is named, and how it is ended', () =>
  withDatabase(async ({ sql, url, name }) => {
    await sql`create table busy (a int)`;
    const gid = `${name}'s`;
    const holder = await sql.reserve();
    await holder.unsafe(`begin; select * from busy; prepare transaction '${name}''s'`);
    holder.release();
    try {
      const result = await once(url, 'alter table busy add column b int;', 3000);
      expectExit(result, 'TRY_AGAIN');
      expect(result.end.detail).toContain(
        `blocked by:\n- the prepared transaction ${JSON.stringify(gid)} (owner postgres, prepared 2`,
      );
      expect(result.end.remedy).toContain(`ROLLBACK PREPARED '${name}''s'`);
    } finally {
      await sql.unsafe(`rollback prepared '${name}''s'`);
    }
  }));

test.concurrent.each([
  [`set local lock_timeout = '100ms'; alter table busy add column b int;`, 'lock timeout'],
  ['lock table busy nowait; alter table busy add column b int;', 'could not obtain lock on relation "busy"'],
])('a limit of the file itself is not taken for the budget: %s', (text, words) =>
  withDatabase(async (database) => {
    await database.sql`create table busy (a int)`;
    const result = await withIdle(database, ['busy'], () => once(database.url, text, 5000));
    expectExit(result, 'TRY_AGAIN');
    expect(result.end).toMatchObject({ sqlstate: '55P03', message: expect.stringContaining(words) });
    expect(result.end.message).not.toContain('5000 ms');
    expect(result.end.remedy).toMatch(/the file itself limits the wait/);
  }),
);
