import type { TestDatabase } from '../support/database';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerEvent, runRunner } from '../support/runner';

/** Each row takes a moment to be indexed, so that the build of an index lasts. */
const SLOW_TABLE = `create function slow(int) returns int immutable language plpgsql as
    $$ begin perform pg_sleep(0.05); return $1; end $$;
  create table t (n int, filling text);
  alter table t alter filling set storage plain;
  insert into t select n, repeat('x', 1900) from generate_series(1, 440) as n;`;

const migrate = (url: string, sql: string, env: Record<string, string> = {}) =>
  runRunner({
    ...{ args: ['migrate'], limit: 60_000 },
    env: environment(url, migrationsFolder([{ tag: '0000_slow', sql }]), env),
  });

/** In whole seconds, so much later than it was due as a busy machine may make it. */
const secondsOf = (events: readonly RunnerEvent[]) =>
  events.map(({ elapsed_ms }) => Math.floor(Number(elapsed_ms) / 10_000) * 10);

/** For a role that may do all in the database, but has only one connection. */
async function withOneConnection<T>({ sql, url, name }: TestDatabase, use: (url: string) => Promise<T>) {
  await sql.unsafe(`create role ${name} login password 'p' connection limit 1;
    grant all on database ${name} to ${name}; grant all on schema public to ${name}`);
  try {
    return await use(Object.assign(new URL(url), { username: name, password: 'p' }).href);
  } finally {
    await sql.unsafe(`drop owned by ${name} cascade; drop role ${name}`);
  }
}

test.concurrent('an index that a transaction builds is told of after 10 and 20 s, with phase and share', () =>
  withDatabase(async ({ url }) => {
    const result = await migrate(url, `${SLOW_TABLE} create index on t ((slow(n)));`);
    expectExit(result, 'OK');
    const told = named(result, 'statement_progress');
    expect(secondsOf(told)).toEqual([10, 20]);
    for (const event of told) {
      expect(event).toMatchObject({
        ...{ migration: '0000_slow', statement: 5, phase: 'building index: scanning table' },
        ...{ done: expect.any(Number), total: expect.any(Number), wait_event: 'PgSleep' },
      });
    }
    expect(Number(told[1]?.done)).toBeGreaterThan(Number(told[0]?.done));
  }));

test.concurrent('one that is built concurrently has lines of its own, and is not told of twice', () =>
  withDatabase(async ({ url }) => {
    const result = await migrate(url, `${SLOW_TABLE} create index concurrently on t ((slow(n)));`);
    expectExit(result, 'OK');
    expect(named(result, 'index_progress').length).toBeGreaterThan(3);
    expect(named(result, 'statement_progress')).toEqual([]);
  }));

test.concurrent('a statement without a transaction is told of with what it waits for, and a rollback script too', () =>
  withDatabase(async ({ url }) => {
    const directive = '-- drizzle-gate: no-transaction\n';
    const sql = `${directive}create table a (n int); select pg_sleep(11.5);`;
    const folder = migrationsFolder([{ tag: '0000_slow', sql }], {
      'rollback/0000_rollback.sql': 'drop table a; select pg_sleep(11.5);',
    });
    const env = environment(url, folder, { ROLLBACK_TARGET: 'empty', ROLLBACK_KEEP: 'discard' });
    const applied = await runRunner({ args: ['migrate'], env, limit: 60_000 });
    expectExit(applied, 'OK');
    const progress = {
      wait_event_type: 'Timeout',
      wait_event: 'PgSleep',
      statement: 2,
      migration: '0000_slow',
    };
    expect(named(applied, 'statement_progress')).toMatchObject([progress]);
    const planned = await runRunner({ args: ['rollback'], env });
    const token = String(named(planned, 'rollback_plan')[0]?.token);
    const undone = await runRunner({
      ...{ args: ['rollback'], env: { ...env, ROLLBACK_CONFIRM: token }, limit: 60_000 },
    });
    expectExit(undone, 'OK');
    expect(named(undone, 'statement_progress')).toMatchObject([progress]);
  }));

test.concurrent('without a second connection the time alone is told', () =>
  withDatabase((database) =>
    withOneConnection(database, async (url) => {
      const result = await migrate(url, 'select pg_sleep(14);');
      expectExit(result, 'OK');
      expect(named(result, 'observer_unavailable')).toHaveLength(1);
      const [told, ...more] = named(result, 'statement_progress');
      expect(more).toEqual([]);
      expect(told?.message).toMatch(/^0000_slow: statement 1 has run for 1[23] s$/);
      expect(told).not.toHaveProperty('wait_event');
    }),
  ));

test.concurrent('a statement that waits for a lock names who holds it', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table busy (n int)`;
    const holder = await sql.reserve();
    const [{ pid } = {}] = await holder`select pg_backend_pid() as pid`;
    await holder.unsafe(`begin; set application_name = 'forgotten'; select from busy`);
    let release: Promise<void> | undefined;
    const end = async () => {
      await holder`rollback`;
      holder.release();
    };
    const result = await runRunner({
      ...{ args: ['migrate'], limit: 60_000 },
      env: environment(
        url,
        migrationsFolder([{ tag: '0000_slow', sql: 'alter table busy add column a int;' }]),
        { LOCK_TIMEOUT_MS: '60000' },
      ),
      onEvent: ({ event }) => {
        if (event === 'statement_progress') release ??= end();
      },
    });
    await release;
    expectExit(result, 'OK');
    expect(named(result, 'statement_progress')).toMatchObject([
      {
        ...{ wait_event_type: 'Lock', wait_event: 'relation', waiting_for_pids: [pid] },
        message: expect.stringContaining(`waits for pid ${pid} (user postgres, application forgotten`),
        remedy: 'end the session if it is forgotten',
      },
    ]);
  }));
