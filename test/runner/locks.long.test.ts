import { lockKey } from '../../runner/src/database/lock';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const KEY = lockKey({ folder: '', schema: 'drizzle', table: '__drizzle_migrations', digest: undefined });
const ALTER = { tag: '0000_alter', sql: 'create table before (); alter table busy add column b int;' };

test('a migration lock that another session holds is waited for, and its holder named', () =>
  withDatabase(async ({ url, sql }) => {
    const holder = await sql.reserve();
    await holder`select pg_advisory_lock(${KEY}::bigint)`;
    const [{ pid } = { pid: 0 }] = await holder`select pg_backend_pid() as pid`;
    const result = await runRunner({
      args: ['migrate'],
      env: environment(url, migrationsFolder([ALTER]), { LOCK_WAIT_SECONDS: '1' }),
    });
    holder.release();
    expectExit(result, 'TRY_AGAIN');
    expect(result.end.message).toMatch(new RegExp(`still held by pid ${pid} \\(postgres, .*after 1 s`));
    expect(named(result, 'lock_waiting')).toHaveLength(1);
    expect(result.milliseconds).toBeGreaterThan(1000);
    expect(result.milliseconds).toBeLessThan(4000);
  }));

test('a table that is locked is tried again, whole units at a time, and then given up', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table busy (a int)`;
    const env = environment(url, migrationsFolder([ALTER]), { LOCK_TIMEOUT_MS: '50', LOCK_RETRIES: '1' });
    await sql.begin(async (other) => {
      await other`select * from busy`;
      const result = await runRunner({ args: ['migrate'], env });
      expectExit(result, 'TRY_AGAIN');
      expect(named(result, 'unit_retried')).toMatchObject([{ attempt: 1, sqlstate: '55P03' }]);
      expect(result.end).toMatchObject({
        sqlstate: '55P03',
        migration: '0000_alter',
        remedy: expect.stringMatching(/LOCK_TIMEOUT_MS/),
      });
    });
    expect(await sql`select to_regclass('before') as before`).toEqual([{ before: null }]);
    expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
  }));

test('a table that is free again is altered at the next try', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table busy (a int)`;
    const other = await sql.reserve();
    await other`begin`;
    await other`select * from busy`;
    const result = await runRunner({
      args: ['migrate'],
      env: environment(url, migrationsFolder([ALTER]), { LOCK_TIMEOUT_MS: '50' }),
      onEvent: ({ event }) => {
        if (event === 'unit_retried') void other`commit`.then(() => other.release());
      },
    });
    expectExit(result, 'OK');
  }));

test('histories that share a new schema are made at once by runners that share no lock', async () => {
  for (let round = 0; round < 3; round++) {
    await withDatabase(async ({ url, sql, name }) => {
      await sql.unsafe(`create role ${name}`);
      try {
        const runs = ['a', 'b', 'c', 'd'].map((table) =>
          runRunner({
            args: ['migrate'],
            env: environment(
              url,
              migrationsFolder([
                { tag: '0000_one', sql: `create table ${table}1 (a int);` },
                { tag: '0001_two', sql: `create index concurrently on ${table}1 (a);` },
              ]),
              { MIGRATIONS_TABLE: table, GRANT_STATUS_TO: name },
            ),
          }),
        );
        for (const result of await Promise.all(runs)) expectExit(result, 'OK');
        expect(await sql`select history_table, outcome from drizzle.__drizzle_gate_runs order by 1`).toEqual(
          ['a', 'b', 'c', 'd'].map((history_table) => ({ history_table, outcome: 'succeeded' })),
        );
      } finally {
        await sql.unsafe(`drop owned by ${name}; drop role ${name}`);
      }
    });
  }
}, 60_000);

test('what commits more than once is applied once, too, when several runners start together', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([
      { tag: '0000_log', sql: 'create table log (what text);' },
      {
        tag: '0001_steps',
        sql: `insert into log values ('first'); select pg_sleep(0.2);
create index concurrently log_what on log (what); insert into log values ('second');`,
      },
    ]);
    const runs = Array.from({ length: 4 }, () =>
      runRunner({ args: ['migrate'], env: environment(url, folder) }),
    );
    for (const result of await Promise.all(runs)) expectExit(result, 'OK');
    expect(await sql`select what from log order by 1`).toEqual([{ what: 'first' }, { what: 'second' }]);
    expect(await sql`select id from drizzle.__drizzle_migrations`).toHaveLength(2);
  }));
