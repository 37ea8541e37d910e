import type postgres from 'postgres';
import type { Sight } from '../../../runner/src/activity/part';
import { readSight } from '../../../runner/src/observe/read-sight';
import { withDatabase } from '../../support/database';
import { sessionOf } from '../../support/session-of';
import { waitUntil } from '../../support/wait';

/** A few pages of rows, of which each takes a moment to be read by what calls `slow`. */
const SLOW = `
  create function slow(int) returns int immutable language plpgsql as
    $$ begin perform pg_sleep(0.01); return $1; end $$;
  create table t (n int, filling text);
  alter table t alter filling set storage plain;
  insert into t select n, repeat('x', 1900) from generate_series(1, 80) as n;
  create table empty (n int);
  create table parts (n int) partition by range (n);
  create table part_1 partition of parts for values from (0) to (10);
  create table part_2 partition of parts for values from (10) to (99);
  insert into parts select n from generate_series(0, 98) as n;`;

/** As a role without any privilege beyond its own database objects. */
async function asOrdinaryRole<T>(use: (sql: postgres.Sql, name: string) => Promise<T>): Promise<T> {
  return withDatabase(async ({ sql, url, name }) => {
    await sql.unsafe(`create role ${name} login password 'p'; alter database ${name} owner to ${name};
      grant all on schema public to ${name}`);
    const { default: connect } = await import('postgres');
    const own = connect(Object.assign(new URL(url), { username: name, password: 'p' }).href, {
      ...{ max: 3, onnotice: () => undefined },
    });
    try {
      return await use(own, name);
    } finally {
      await own.end({ timeout: 1 });
      await sql.unsafe(`drop owned by ${name} cascade; alter database ${name} owner to current_user;
        drop role ${name}`);
    }
  });
}

/** Everything that is seen of a statement while it runs. */
async function seenDuring(
  sql: postgres.Sql,
  statement: string,
  isEnough: (seen: Awaited<ReturnType<typeof readSight>>) => boolean,
) {
  const working = await sql.reserve();
  const [{ pid } = {}] = await working`select pg_backend_pid() as pid`;
  await working.unsafe('set vacuum_cost_delay = 20; set vacuum_cost_limit = 2');
  let isOver = false;
  const running = working.unsafe(statement).simple();
  const ended = running
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  try {
    let seen = await readSight(sessionOf(sql), Number(pid));
    await waitUntil(`it is seen: ${statement}`, async () => {
      if (isOver) throw new Error(`ended unseen: ${JSON.stringify(seen)}`);
      seen = await readSight(sessionOf(sql), Number(pid));
      return isEnough(seen);
    });
    return seen;
  } finally {
    await sql`select pg_cancel_backend(${Number(pid)})`;
    await ended;
    working.release();
  }
}

const halfDone = ({ progress }: Sight) =>
  progress?.done !== undefined && progress.total !== undefined && progress.done > 0;

test.each([
  ['create index on t ((slow(n)))', /^building index: scanning table$/, halfDone],
  ['create unique index concurrently on t ((slow(n)))', /^building index: scanning table$/, halfDone],
  ['alter table t add exclude using btree ((slow(n)) with =)', /^building index/, halfDone],
  ['vacuum t', /^scanning heap$/, halfDone],
  ['analyze t', /^(acquiring sample rows|computing statistics)$/, halfDone],
  [
    'vacuum full slow_index',
    /^rebuilding index$/,
    ({ progress }: Sight) => progress?.phase === 'rebuilding index',
  ],
  [
    'create index on parts ((slow(n)))',
    // Of the first part it may be at its end already.
    /^building index: (?:scanning table|loading tuples in tree)$/,
    ({ progress }: Sight) => progress?.partition === '2 of 2',
  ],
] as const)('an ordinary role sees the phase and how much of it is done: %s', (statement, phase, isEnough) =>
  asOrdinaryRole(async (sql) => {
    await sql.unsafe(SLOW);
    if (statement.includes('slow_index')) {
      await sql.unsafe(
        'create table slow_index (n int); create index on slow_index ((slow(n))); insert into slow_index select 1 from generate_series(1, 60)',
      );
    }
    const { progress } = await seenDuring(sql, statement, isEnough);
    expect(progress?.phase).toMatch(phase);
    if (progress?.total !== undefined) expect(progress.done).toBeLessThanOrEqual(progress.total);
  }),
);

test('a COPY counts rows where it can not count bytes', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(SLOW);
    const { progress } = await seenDuring(
      sql,
      `copy (select slow(n) from t) to '/dev/null'`,
      ({ progress: seen }) => (seen?.done ?? 0) > 0,
    );
    expect(progress).toMatchObject({ phase: 'copy to', done: expect.any(Number), total: undefined });
  }));

test('a statement that reports no progress is seen by what it waits for; a lock by who holds it', () =>
  asOrdinaryRole(async (sql) => {
    await sql`create table t (n int)`;
    const sleeping = await seenDuring(sql, 'select pg_sleep(60)', ({ wait }) => wait?.event === 'PgSleep');
    expect(sleeping).toEqual({
      wait: { type: 'Timeout', event: 'PgSleep' },
      progress: undefined,
      blockers: [],
    });
    const holder = await sql.reserve();
    const [{ pid } = {}] = await holder`select pg_backend_pid() as pid`;
    await holder.unsafe('begin; select from t');
    const { wait, blockers } = await seenDuring(
      sql,
      'alter table t add column a int',
      (seen) => seen.blockers.length > 0,
    );
    expect(wait).toEqual({ type: 'Lock', event: 'relation' });
    expect(blockers).toMatchObject([{ pid }]);
    await holder`rollback`;
    holder.release();
  }));

test('of a session that is gone nothing is seen', () =>
  withDatabase(async ({ sql }) => {
    expect(await readSight(sessionOf(sql), 2 ** 22 + 1)).toEqual({
      ...{ wait: undefined, progress: undefined, blockers: [] },
    });
  }));
