import type postgres from 'postgres';
import { withSession } from '../../runner/src/database/session';
import type { GateError } from '../../runner/src/errors/gate-error';
import { findExactly, findKept } from '../../runner/src/kept/find-kept';
import { KEPT_PREFIX } from '../../runner/src/kept/kept-schema';
import { removeKept } from '../../runner/src/kept/remove-kept';
import { groupsInOrder } from '../../runner/src/kept/restore/order-targets';
import type { Restored } from '../../runner/src/kept/restore/restore-copies';
import { restoreKept } from '../../runner/src/kept/restore/restore-kept';
import type { Loss } from '../../runner/src/rollback/losses/loss';
import { type TestDatabase, withDatabase } from '../support/database';
import { keepContext, lossOf, TAG, undo } from '../support/keep';
import { expectExit, named, type RunnerEvent, runRunner } from '../support/runner';

type Losing = readonly [kind: Loss['kind'], table: string, column?: string];

const HISTORY = `create schema if not exists drizzle; create table if not exists drizzle.__drizzle_migrations
  (id serial primary key, hash text not null, created_at bigint)`;

/** What applies the undone migration, with its history row: one message is one transaction. */
const applied = (script: string) =>
  `${HISTORY}; ${script}; insert into drizzle.__drizzle_migrations (hash, created_at) values ('${'a'.repeat(64)}', 1)`;

const restore = async (url: string, name: string): Promise<{ restored: Restored; events: RunnerEvent[] }> => {
  const { context, events } = keepContext(url);
  const { connection, signal } = context;
  const restored = await withSession({ connection, connectTimeout: 5000, signal }, (session) =>
    restoreKept(session, name, context),
  );
  return { restored, events };
};

interface RoundTrip extends TestDatabase {
  readonly schema: string;
  restore(): Promise<{ restored: Restored; events: RunnerEvent[] }>;
}

/** Makes tables, undoes them, makes them again, and lets `check` restore. */
const roundTrip = (
  {
    setup,
    losses,
    script,
    again,
  }: { setup: string; losses: readonly Losing[]; script: string; again?: string },
  check: (trip: RoundTrip) => Promise<void>,
) =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    await sql.unsafe(setup);
    const plan = await Promise.all(losses.map((loss) => lossOf(sql, ...loss)));
    const { kept } = await undo(url, plan, script);
    const schema = kept?.schema ?? 'nothing';
    if (again !== undefined) await sql.unsafe(applied(again));
    await check({ ...database, schema, restore: () => restore(url, schema) });
  });

const lines = async (sql: postgres.Sql, table: string) =>
  (await sql.unsafe(`select t::text as line from ${table} t order by 1`)).map(({ line }) => String(line));

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: GateError) => error,
  );

const TYPES = `create type mood as enum ('sad', 'ok'); create domain mail as text check (value like '%@%');
  create type pair as (a int, b text);
  create table author (id int generated always as identity primary key, "Odd ""name" text unique);
  create table book (id serial primary key, author int not null references author, m mood, ms mood[], d mail, p pair,
    c char(5), v varchar(5), b bit(3), n numeric(8,3), at timestamptz, j json, raw bytea, f float8,
    twice int generated always as (id * 2) stored)`;

test.concurrent('dropped tables come back with equal rows, parents first, and new rows get new keys', () =>
  roundTrip(
    {
      setup: `${TYPES}; insert into author ("Odd ""name") values ('x'), (null);
        insert into book (author, m, ms, d, p, c, v, b, n, at, j, raw, f) values
          (2, 'ok', '{sad,ok}', 'a@b', '(1,"x,y")', 'ab', 'abcde', '101', 1.5, '2026-01-01 00:00:00.123456+00', '{"b": 1, "a":2}', '\\x00ff', 0.1),
          (1, null, null, null, null, null, null, null, null, null, null, null, null);
        delete from book where id = 3; select nextval('book_id_seq'), nextval('book_id_seq')`,
      losses: [
        ['table', 'book'],
        ['table', 'author'],
      ],
      script: 'drop table book, author; drop type mood, pair; drop domain mail',
      again: TYPES,
    },
    async ({ sql, restore: putBack, schema }) => {
      const { restored, events } = await putBack();
      expect(restored.copies).toMatchObject([
        { table: 'author', rows: 2, rowsThere: 0, isThere: true },
        { table: 'book', rows: 2, rowsThere: 0 },
      ]);
      expect(await lines(sql, 'author')).toEqual(['(1,x)', '(2,)']);
      expect(await lines(sql, 'book')).toEqual([
        '(1,2,ok,"{sad,ok}",a@b,"(1,""x,y"")","ab   ",abcde,101,1.500,"2026-01-01 00:00:00.123456+00","{""b"": 1, ""a"":2}","\\\\x00ff",0.1,2)',
        '(2,1,,,,,,,,,,,,,4)',
      ]);
      await sql`insert into author default values`;
      await sql`insert into book (author) values (3)`;
      expect(await sql`select id, author from book order by id desc limit 1`).toEqual([{ id: 5, author: 3 }]);
      expect(events[0]).toMatchObject({
        event: 'kept_restored',
        remedy: expect.stringContaining(`kept remove ${schema}`),
      });
      // Again: nothing is doubled, and no sequence goes back.
      expect((await putBack()).restored).toMatchObject({
        copies: [
          { rows: 0, rowsThere: 2 },
          { rows: 0, rowsThere: 2 },
        ],
        sequences: [],
      });
    },
  ));

describe('values of a dropped column', () => {
  const setup = `create table users (id int primary key, name text, plan text, score int);
    insert into users select i, 'user ' || i, 'plan ' || i, i from generate_series(1, 4) i; update users set plan = null where id = 4`;
  const plan = {
    setup,
    losses: [['column', 'users', 'plan'] as const],
    script: 'alter table users drop column plan',
  };

  test.concurrent.each<[string, string]>([
    ['NULL', 'alter table users add column plan text'],
    ['a default', `alter table users add column plan text not null default 'free'`],
    [
      'a backfill',
      `alter table users add column plan text; update users set plan = 'of ' || name; alter table users alter plan set not null`,
    ],
  ])('take the place of %s', (_name, again) =>
    roundTrip({ ...plan, again }, async ({ sql, restore: putBack }) => {
      const { restored } = await putBack();
      expect(restored.copies).toMatchObject([
        { columns: [{ column: 'plan', restored: 3, same: 0, changed: 0, gone: 0 }] },
      ]);
      expect(await sql`select plan from users where id < 4 order by id`).toEqual([
        { plan: 'plan 1' },
        { plan: 'plan 2' },
        { plan: 'plan 3' },
      ]);
      expect((await putBack()).restored.copies).toMatchObject([{ columns: [{ restored: 0, same: 3 }] }]);
    }),
  );

  test.concurrent('give way to what was written since, and are told', () =>
    roundTrip(
      { ...plan, again: `alter table users add column plan text default 'free'` },
      async ({ sql, restore: putBack }) => {
        await sql`update users set plan = 'new' where id = 1`;
        await sql`update users set plan = null where id = 2`;
        await sql`delete from users where id = 3`;
        const { restored, events } = await putBack();
        expect(restored.copies).toMatchObject([
          { columns: [{ column: 'plan', restored: 1, same: 0, changed: 1, gone: 1 }] },
        ]);
        expect(await sql`select id, plan from users order by id`).toEqual([
          { id: 1, plan: 'new' },
          { id: 2, plan: 'plan 2' },
          { id: 4, plan: 'free' },
        ]);
        expect(events[0]?.detail).toBe(
          '- "public"."users"."plan": 1 value put back; 1 left as they are, because their rows were written since and hold another value; 1 without a row now',
        );
      },
    ));

  test.concurrent('only replace NULL when the history does not say when the column came back', () =>
    roundTrip({ ...plan }, async ({ sql, restore: putBack }) => {
      await sql`alter table users add column plan text`;
      await sql`update users set plan = 'other' where id = 1`;
      const { restored, events } = await putBack();
      expect(restored).toMatchObject({
        copies: [{ columns: [{ restored: 2, changed: 1 }] }],
        notApplied: [TAG],
      });
      expect(events).toContainEqual(expect.objectContaining({ event: 'kept_warning', migration: TAG }));
    }));

  test.concurrent('find their rows without a key, equal rows being as good as each other', () =>
    roundTrip(
      {
        setup: `create table log (at int, what json, v point); insert into log values
          (1, '{}', '(1,1)'), (1, '{}', '(2,2)'), (1, '{}', null), (2, null, '(3,3)'), (3, null, '(4,4)')`,
        losses: [['column', 'log', 'v']],
        script: 'alter table log drop column v',
        again: 'alter table log add column v point',
      },
      async ({ sql, restore: putBack }) => {
        await sql`update log set at = 4 where at = 3`;
        const { restored } = await putBack();
        expect(restored.copies).toMatchObject([{ columns: [{ restored: 3, gone: 1 }] }]);
        expect(await lines(sql, 'log')).toEqual([
          '(1,{},"(1,1)")',
          '(1,{},"(2,2)")',
          '(1,{},)',
          '(2,,"(3,3)")',
          '(4,,)',
        ]);
      },
    ));

  test.concurrent('come back into identity columns, several columns at once, also into partitions', () =>
    roundTrip(
      {
        setup: `create table t (k text primary key, n int generated always as identity (start 10), note text);
          insert into t values ('a', default, 'x'), ('b', default, null);
          create table parts (k text, part int, note text, primary key (k, part)) partition by list (part);
          create table p1 partition of parts for values in (1); create table p2 partition of parts for values in (2);
          insert into parts values ('a', 1, 'one'), ('a', 2, 'two')`,
        losses: [
          ['column', 't', 'n'],
          ['column', 't', 'note'],
          ['column', 'parts', 'note'],
        ],
        script: 'alter table t drop column n, drop column note; alter table parts drop column note',
        again: `alter table t add column n int generated always as identity, add column note text;
          alter table parts add column note text default 'none'`,
      },
      async ({ sql, restore: putBack }) => {
        const { restored } = await putBack();
        expect(restored.copies).toMatchObject([
          { table: 'parts', columns: [{ column: 'note', restored: 2 }] },
          {
            table: 't',
            columns: [
              { column: 'n', restored: 2 },
              { column: 'note', restored: 1 },
            ],
          },
        ]);
        expect(await lines(sql, 't')).toEqual(['(a,10,x)', '(b,11,)']);
        expect(await lines(sql, 'parts')).toEqual(['(a,1,one)', '(a,2,two)']);
        expect(
          await sql`select attidentity from pg_attribute where attrelid = 't'::regclass and attname = 'n'`,
        ).toEqual([{ attidentity: 'a' }]);
        await sql`insert into t (k) values ('c')`;
        expect(await sql`select n from t where k = 'c'`).toEqual([{ n: 12 }]);
      },
    ));
});

describe('rows', () => {
  test.concurrent('of a truncated table come back beside new ones; those with a key that is there stay away', () =>
    roundTrip(
      {
        setup: `create table t (id serial primary key, name text unique); insert into t (name) values ('a'), ('b'), ('c')`,
        losses: [['rows', 't']],
        script: 'truncate t restart identity',
        again: `insert into t (name) values ('new'), ('c')`,
      },
      async ({ sql, restore: putBack }) => {
        const { restored } = await putBack();
        expect(restored.copies).toMatchObject([{ rows: 0, rowsThere: 3 }]);
        await sql`delete from t where name = 'new'`;
        expect((await putBack()).restored.copies).toMatchObject([{ rows: 1, rowsThere: 2 }]);
        expect(await lines(sql, 't')).toEqual(['(1,a)', '(2,c)']);
      },
    ));

  test.concurrent('that a DELETE left are not kept, so that they do not come back when they are removed later', () =>
    roundTrip(
      {
        setup: `create table t (id int primary key, name text); create table free (a int);
          insert into t values (1, 'a'), (2, 'b'), (3, 'c'); insert into free values (1), (3), (2)`,
        losses: [
          ['rows', 't'],
          ['rows', 'free'],
        ],
        script: 'delete from t where id = 2; delete from free where a = 1',
        again: 'select',
      },
      async ({ sql, restore: putBack }) => {
        await sql`delete from t where id = 3`;
        await sql`delete from free where a = 2`;
        const { restored } = await putBack();
        expect(restored.copies).toMatchObject([
          { table: 'free', kept: 1, rows: 1 },
          { table: 't', kept: 1, rows: 1 },
        ]);
        expect(await lines(sql, 't')).toEqual(['(1,a)', '(2,b)']);
        expect(await lines(sql, 'free')).toEqual(['(1)', '(3)']);
      },
    ));

  test.concurrent('without a key come back as often as they were, however often it is done', () =>
    roundTrip(
      {
        setup: `create table t (a int, j json); insert into t values (1, '{}'), (1, '{}'), (null, null)`,
        losses: [['table', 't']],
        script: 'drop table t',
        again: 'create table t (a int, j json)',
      },
      async ({ sql, restore: putBack }) => {
        expect((await putBack()).restored.copies).toMatchObject([{ rows: 3 }]);
        await sql`delete from t where ctid = (select min(ctid) from t where a = 1)`;
        expect((await putBack()).restored.copies).toMatchObject([{ rows: 1, rowsThere: 2 }]);
        expect(await lines(sql, 't')).toEqual(['(,)', '(1,{})', '(1,{})']);
      },
    ));

  test.concurrent('with a unique constraint that is checked later come back all the same', () => {
    const table = 'create table t (id int primary key, rank int unique deferrable initially deferred)';
    return roundTrip(
      {
        setup: `${table}; insert into t values (1, 1), (2, 2)`,
        losses: [['table', 't']],
        script: 'drop table t',
        again: `${table}; insert into t values (2, 2)`,
      },
      async ({ sql, restore: putBack }) => {
        expect((await putBack()).restored.copies).toMatchObject([{ rows: 1, rowsThere: 1 }]);
        expect(await lines(sql, 't')).toEqual(['(1,1)', '(2,2)']);
      },
    );
  });

  test.concurrent('of tables that point to each other, and to themselves, come back together', () => {
    const tables = `create table a (id int primary key, b int, up int references a); create table b (id int primary key, a int references a);
      alter table a add foreign key (b) references b`;
    return roundTrip(
      {
        setup: `${tables}; insert into a values (1, null, 2), (2, null, null); insert into b values (1, 1); update a set b = 1`,
        losses: [
          ['table', 'a'],
          ['table', 'b'],
        ],
        script: 'drop table a, b cascade',
        again: tables,
      },
      async ({ sql, restore: putBack }) => {
        await putBack();
        expect(await lines(sql, 'a')).toEqual(['(1,1,2)', '(2,1,)']);
        expect(await lines(sql, 'b')).toEqual(['(1,1)']);
      },
    );
  });

  test.concurrent('that do not fit now leave everything as it is', () =>
    roundTrip(
      {
        setup:
          "create table t (a varchar(9)); insert into t values ('long text'); create table u (a int); insert into u values (1)",
        losses: [
          ['table', 't'],
          ['table', 'u'],
        ],
        script: 'drop table t, u',
        again: 'create table t (a varchar(4)); create table u (a int)',
      },
      async ({ sql, restore: putBack, schema }) => {
        expect(await failureOf(putBack())).toMatchObject({
          exit: 'MIGRATION_FAILED',
          message: expect.stringMatching(
            /^the rows of "public"."t" can not be put back, so nothing was changed: value too long/,
          ),
          remedy: expect.stringContaining(schema),
        });
        expect(await sql`select from u`).toHaveLength(0);
      },
    ));
});

test.concurrent('no trigger fires for what comes back, and each is as it was afterwards', () => {
  const setup = `create table t (id int primary key, part int, at int) partition by list (id);
    create table t1 partition of t for values in (1); create table seen (what text);
    create function note() returns trigger language plpgsql as $$ begin insert into seen values (tg_name); return new; end $$;
    create trigger on_row before insert on t for each row execute function note();
    create trigger always_row after insert on t1 for each row execute function note();
    alter table t1 enable always trigger always_row;
    create trigger off_row after insert on t1 for each row execute function note(); alter table t1 disable trigger off_row`;
  return roundTrip(
    {
      setup: `${setup}; insert into t values (1); truncate seen`,
      losses: [['table', 't'] as const, ['table', 'seen'] as const],
      script: 'drop table t, seen; drop function note',
      again: setup,
    },
    async ({ sql, restore: putBack }) => {
      const states = () =>
        sql`select tgrelid::regclass::text as t, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`;
      const before = await states();
      const { restored } = await putBack();
      expect(restored.triggers).toEqual([
        '"on_row" of "public"."t"',
        '"always_row" of "public"."t1"',
        '"on_row" of "public"."t1"',
      ]);
      expect(await sql`select * from seen`).toEqual([]);
      expect(await sql`select id from t`).toEqual([{ id: 1 }]);
      expect(await states()).toEqual(before);
    },
  );
});

test.concurrent('tables and columns that are not there now stay kept, and are told', () =>
  roundTrip(
    {
      setup: `create table t (id int primary key, a text, b text); create table u (id int); insert into t values (1, 'a', 'b');
        insert into u values (1)`,
      losses: [
        ['column', 't', 'a'],
        ['column', 't', 'b'],
        ['table', 'u'],
      ],
      script: 'alter table t drop column a, drop column b; drop table u',
      again: 'alter table t add column b text',
    },
    async ({ sql, restore: putBack, schema }) => {
      const { restored, events } = await putBack();
      expect(restored.copies).toMatchObject([
        { table: 't', columns: [{ column: 'b', restored: 1 }], columnsMissing: ['a'] },
        { table: 'u', isThere: false, kept: 1 },
      ]);
      expect(events[0]?.detail?.split('\n')).toEqual([
        '- "public"."t"."b": 1 value put back',
        '- "public"."t"."a": not there; its values stay kept',
        '- "public"."u": not there; 1 row stays kept in u',
      ]);
      expect(events[0]).toMatchObject({
        level: 'warn',
        message: expect.stringMatching(/^committed: put back a part of what is kept in /),
        remedy: `keep the copies: when ${TAG} is applied again (migrate), restore once more`,
      });
      await sql`alter table t drop column b`;
      expect(await failureOf(putBack())).toMatchObject({
        exit: 'MISMATCH',
        message: expect.stringContaining('none of its tables and columns is there'),
      });
      await sql`drop table t`;
      expect(await failureOf(putBack())).toMatchObject({
        exit: 'MISMATCH',
        remedy: expect.stringContaining(`apply ${TAG} first`),
      });
      expect(await sql`select id from ${sql(schema)}.u`).toEqual([{ id: 1 }]);
    },
  ));

describe('the command', () => {
  const plan = {
    setup: `create table t (id int primary key, a text); insert into t values (1, 'x'), (2, null)`,
    losses: [['column', 't', 'a'] as const],
    script: 'alter table t drop column a',
    again: 'alter table t add column a text',
  };
  const kept = (url: string, ...args: string[]) =>
    runRunner({ args: ['rollback-kept', ...args], env: { DATABASE_URL: url, CONNECT_RETRY_SECONDS: '0' } });

  test.concurrent('lists, restores and removes, with its documents alone on standard output', () =>
    roundTrip(plan, async ({ url, sql, schema }) => {
      const list = await kept(url, '--json');
      expectExit(list, 'OK');
      expect(JSON.parse(list.stdout)).toEqual({
        kept: [
          {
            ...{
              schema,
              target: null,
              undone: [TAG],
              history: '"drizzle"."__drizzle_migrations"',
              runId: null,
            },
            keptAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
            restoredAt: null,
            tables: [
              { copy: 't', schema: 'public', table: 't', columns: ['a'], rows: 1, bytes: expect.any(Number) },
            ],
          },
        ],
        unreadable: [],
      });
      const restored = await kept(url, `--restore=${schema}`, '--json');
      expectExit(restored, 'OK');
      expect(JSON.parse(restored.stdout)).toMatchObject({ restored: { schema, copies: [{ copy: 't' }] } });
      expect(await lines(sql, 't')).toEqual(['(1,x)', '(2,)']);
      const table = await kept(url);
      expect(table.stdout).toMatch(/public\.t.*column a.*1.*\d+ kB/);
      expect(table.stdout).toMatch(/\(0001_undone\); no migration stayed; put back \d{4}/);
      const removed = await kept(url, `--remove=${schema}`);
      expectExit(removed, 'OK');
      expect(named(removed, 'kept_removed')).toHaveLength(1);
      expect((await kept(url)).stdout).toBe('nothing is kept in this database\n');
    }));

  test.concurrent('removes nothing that is not its own', () =>
    roundTrip(plan, async ({ url, sql, schema }) => {
      const { context } = keepContext(url, { LOCK_TIMEOUT_MS: '600' });
      const { connection, signal } = context;
      const remove = (name: string) =>
        failureOf(
          withSession({ connection, connectTimeout: 5000, signal }, (session) =>
            removeKept(session, name, context),
          ),
        );
      await sql`create schema drizzle_gate_kept_by_hand`;
      expect(await remove('drizzle_gate_kept_by_hand')).toMatchObject({
        exit: 'CONFIG',
        remedy: `give one of ${schema}`,
      });
      await sql`create schema app`;
      await sql`create view app.of_mine as select * from ${sql(schema)}.t`;
      expect(await remove(schema)).toMatchObject({
        exit: 'CONFIG',
        detail: expect.stringMatching(/view app\.of_mine depends on/),
      });
      expect(await sql`select id from ${sql(schema)}.t`).toHaveLength(1);
      await sql`drop view app.of_mine`;
      const waited = await sql.begin(async (reader) => {
        await reader`select from ${sql(schema)}.t`;
        return remove(schema);
      });
      expect(waited).toMatchObject({
        exit: 'TRY_AGAIN',
        message: expect.stringMatching(
          /^drizzle_gate_kept_\w+ can not be removed.*: the locks were not obtained/,
        ),
        detail: expect.stringMatching(/^blocked by:\n- pid \d+/),
      });
      expect(await remove(schema)).toBeUndefined();
    }));

  test.concurrent('takes an order to restore or to remove, not both', async () => {
    const result = await kept('postgres://nobody@127.0.0.1:1/none', '--remove=a', '--restore=a');
    expectExit(result, 'USAGE');
  });
});

describe('a name', () => {
  const kept = (...names: string[]) => ({
    schemas: names.map((name) => ({
      ...{
        name,
        keptAt: '',
        restoredAt: null,
        target: null,
        undone: [],
        history: '',
        runId: null,
        copies: [],
      },
    })),
    unreadable: [`${KEPT_PREFIX}2025_of_others`],
  });
  const both = kept(`${KEPT_PREFIX}20260101t000000z`, `${KEPT_PREFIX}20260101t000000z_2`);

  test.each([`${KEPT_PREFIX}20260101t000000z`, `${KEPT_PREFIX}20260101t000000z_2`, '20260101t000000z_'])(
    'or its beginning is enough to restore: %s',
    (wanted) => {
      expect(findKept(both, wanted).name).toMatch(wanted.replace(/_$/, ''));
    },
  );

  test.each([
    ['2026', 'CONFIG', /the beginning of 2 schemas/],
    ['public', 'CONFIG', /"public" is no schema in which/],
    ['2025', 'ACCESS', /may not read/],
  ])('that is ambiguous, unknown or another’s is refused: %s', (wanted, exit, message) => {
    expect(() => findKept(both, wanted)).toThrow(
      expect.objectContaining({ exit, message: expect.stringMatching(message) }),
    );
  });

  test('must be whole to remove', () => {
    expect(() => findExactly(both, '20260101t000000z_2')).toThrow(/"20260101t000000z_2" is no schema/);
  });
});

test('groups come after what they need, and hold what needs each other', () => {
  const needs: Record<string, string[]> = {
    a: ['b'],
    b: ['c', 'd'],
    c: ['b'],
    d: ['e'],
    e: [],
    f: ['a', 'e'],
  };
  const groups = groupsInOrder(Object.keys(needs), (item) => needs[item] ?? []);
  expect(groups.map((group) => group.sort().join(''))).toEqual(['e', 'd', 'bc', 'a', 'f']);
});
