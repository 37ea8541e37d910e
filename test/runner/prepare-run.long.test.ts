import { createHash } from 'node:crypto';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';

const folder = (at: number) =>
  migrationsFolder([{ tag: '0000_one', sql: `create table one_${at} (id int);` }]);

const migrate = (url: string, at: number) =>
  runRunner({ args: ['migrate'], env: environment(url, folder(at), { MIGRATIONS_TABLE: `history_${at}` }) });

const LEFT = `select (select count(*)::int from drizzle.__drizzle_gate_runs where outcome = 'succeeded') as runs,
  (select count(*)::int from pg_tables where tablename ~ '^(one|history)_') as tables`;

test('histories that are made in one schema at the same time are not in each other’s way', () =>
  withDatabase(async ({ url, sql }) => {
    const results = await Promise.all([0, 1, 2, 3, 4].map((at) => migrate(url, at)));
    for (const result of results) {
      expectExit(result, 'OK');
      expect(result.events.filter(({ level }) => level !== 'info')).toEqual([]);
    }
    expect(await sql.unsafe(LEFT)).toEqual([{ runs: 5, tables: 10 }]);
  }));

test('a first migration waits for who is at work on the schema of its history', () =>
  withDatabase(async ({ url, sql }) => {
    const key = createHash('sha256').update('drizzle-gate schema "drizzle"').digest().readBigInt64BE(0);
    let running: ReturnType<typeof migrate> | undefined;
    await sql.begin(async (other) => {
      await other.unsafe(`select pg_advisory_xact_lock(${key})`);
      running = migrate(url, 0);
      // Until it has tried in vain, and waits.
      const tried = `select from pg_stat_activity where datname = current_database() and query like '%pg_try_advisory_xact_lock%' and state = 'idle in transaction'`;
      while ((await sql.unsafe(tried)).length === 0);
    });
    const result = await running;
    if (!result) throw new Error('it did not run');
    expectExit(result, 'OK');
    expect(await sql.unsafe(LEFT)).toEqual([{ runs: 1, tables: 2 }]);
  }));
