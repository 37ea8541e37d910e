import type { RollbackSettings } from '../../runner/src/config/settings';
import type { Session } from '../../runner/src/database/session';
import { findLosses } from '../../runner/src/rollback/losses/find-losses';
import type { Loss } from '../../runner/src/rollback/losses/loss';
import type { UndoScript } from '../../runner/src/rollback/undo-script';
import { readStatements } from '../../runner/src/sql/script-statements';
import { type TestDatabase, withDatabase } from '../support/database';
import { historyRow } from '../support/history';
import { sessionOf } from '../support/session-of';

async function script(sql: string, at: number): Promise<UndoScript> {
  const hash = String(at);
  const member = { tag: `000${9 - at}`, hash, when: 0, row: historyRow({ id: 9 - at, hash }) };
  return {
    member,
    file: `${member.tag}.sql`,
    source: 'file',
    sql,
    hash,
    statements: await readStatements(sql),
  };
}

/** Each loss in short, and the same in full. */
async function lossesOf(
  { sql }: Pick<TestDatabase, 'sql'>,
  scripts: readonly string[],
  limits: Pick<RollbackSettings, 'countLimit'> = { countLimit: 1000 },
): Promise<{ short: string[]; losses: Loss[] }> {
  const undo = await Promise.all(scripts.map(script));
  const losses = await inTransaction(sql, (session) => findLosses(session, undo, limits));
  return { short: losses.map(inShort), losses };
}

/** The client's own transactions fail with any statement in them, also one that a savepoint catches. */
async function inTransaction<T>(sql: TestDatabase['sql'], use: (session: Session) => Promise<T>): Promise<T> {
  const session = await sql.reserve();
  try {
    await session.unsafe('begin');
    return await use(sessionOf(session));
  } finally {
    await session.unsafe('rollback');
    session.release();
  }
}

function inShort({ kind, what, rows, isEstimate, via, within }: Loss): string {
  return [
    `${kind}: ${what}`,
    ...(rows === undefined ? [] : [isEstimate ? `~${rows}` : `${rows}`]),
    ...(via === undefined ? [] : [`by ${via}`]),
    ...(within === undefined ? [] : ['within']),
  ].join(' | ');
}

test.concurrent.each<[string, string, string[], string[]]>([
  [
    'a table with its rows, and what only belongs to it is not told',
    'create table t (id serial primary key, b int unique default 3, check (b > 0)); insert into t select from generate_series(1, 3) g where g < 0; insert into t (b) values (1), (2)',
    ['drop table t'],
    ['table: table public.t | 2', 'object: sequence public.t_id_seq | by DROP TABLE t'],
  ],
  [
    'quoted and unquoted names, with and without a schema, are one',
    `create schema "My"; create table "My"."T" ("Col""x" int, c int); insert into "My"."T" values (1, 2), (null, 3); create table plain (a int)`,
    [`alter table "My"."T" drop column "Col""x"`, 'drop table PUBLIC.Plain', 'drop table if exists "PLAIN"'],
    ['column: column "My"."T"."Col""x" | 1', 'table: table public.plain | 0'],
  ],
  [
    'the search path at the time of the statement counts',
    'create table t (x int); create schema a; create schema b; create table a.t (x int); create table b.t (x int); insert into b.t values (1)',
    [
      'set search_path = b, public; drop table t; reset search_path; drop table if exists "T"',
      `select pg_catalog.set_config('search_path', '"a"', false); drop table t`,
      'drop table t',
    ],
    ['table: table b.t | 1', 'table: table a.t | 0', 'table: table public.t | 0'],
  ],
  [
    'what is dropped twice, or not there, counts once or not at all',
    'create table t (a int, b int); insert into t values (1, null)',
    [
      'alter table t drop column a; alter table t drop column if exists a',
      'drop table t; drop table if exists t; drop view if exists nothing',
    ],
    ['column: column public.t.a | within', 'table: table public.t | 1'],
  ],
  [
    'what the scripts make themselves is no loss',
    'create table t (a int); insert into t values (1)',
    [
      'create table own (a int); alter table t add column c int; update t set c = a',
      'drop table own; alter table t drop column c; delete from own',
    ],
    [],
  ],
  [
    'renames and moves are followed to what is there now',
    'create schema s; create table t (a int, b int); insert into t values (1, 2); create table other (a int)',
    [
      'alter table t rename to tmp; alter table tmp rename column a to z; alter table tmp set schema s',
      'alter table s.tmp drop column z; drop table s.tmp; alter table other rename to t',
      'drop table t',
    ],
    ['column: column public.t.a | within', 'table: table public.t | 1', 'table: table public.other | 0'],
  ],
  [
    'a renamed schema keeps what is in it',
    'create schema s; create table s.t (a int); insert into s.t values (1)',
    ['alter schema s rename to z; drop table z.t; drop schema z'],
    ['table: table s.t | 1', 'object: schema s'],
  ],
  [
    'partitions go with their table and are counted once',
    `create table p (a int, b int) partition by range (a); create table p1 partition of p for values from (0) to (10);
     create table p2 partition of p for values from (10) to (20); insert into p values (1, 1), (2, null), (11, 3)`,
    ['alter table p drop column b', 'drop table p'],
    [
      'column: column public.p.b | within',
      'column: column public.p1.b | by ALTER TABLE p DROP COLUMN b | within',
      'column: column public.p2.b | by ALTER TABLE p DROP COLUMN b | within',
      'table: table public.p | 3',
      'table: table public.p1 | by DROP TABLE p | within',
      'table: table public.p2 | by DROP TABLE p | within',
    ],
  ],
  [
    'a partition that is detached before stays',
    `create table p (a int) partition by range (a); create table p1 partition of p for values from (0) to (10); insert into p values (1)`,
    ['alter table p detach partition p1; alter table p drop column a', 'drop table p'],
    ['column: column public.p.a | within', 'table: table public.p | 1'],
  ],
  [
    'the column goes in tables that inherit it, not where they have it themselves',
    'create table p (a int, b int); create table c1 () inherits (p); create table c2 (b int) inherits (p); insert into c1 values (1, 2); insert into p values (1, 3)',
    ['alter table p drop column b'],
    ['column: column public.p.b | 1', 'column: column public.c1.b | 1 | by ALTER TABLE p DROP COLUMN b'],
  ],
  [
    'CASCADE takes views, materialized views, keys and defaults along',
    `create table t (a int primary key); create table u (a int references t); create view v as select a from t;
     create materialized view m as select a from v; insert into u select null; create sequence q; create table w (a int default nextval('q'))`,
    ['drop table t cascade', 'drop sequence q cascade'],
    [
      'table: table public.t | 0',
      'object: view public.v | by DROP TABLE t CASCADE',
      'object: constraint u_a_fkey on public.u | by DROP TABLE t CASCADE',
      'table: materialized view public.m | 0 | by DROP TABLE t CASCADE',
      'object: sequence public.q',
      'object: default value for public.w.a | by DROP SEQUENCE q CASCADE',
    ],
  ],
  [
    'DROP TYPE CASCADE takes columns along, also of arrays and domains over it',
    `create type mood as enum ('a', 'b'); create domain happy as mood; create table t (a mood, b mood[], c happy, d int, check (a <> 'b'));
     insert into t values ('a', '{a}', null, 1), (null, '{b}', 'a', 2); create function f(mood) returns int language sql as 'select 1'`,
    ['drop type mood cascade'],
    [
      'object: type public.mood',
      'object: function public.f(public.mood) | by DROP TYPE mood CASCADE',
      'column: column public.t.a | 1 | by DROP TYPE mood CASCADE',
      'object: type public.happy | by DROP TYPE mood CASCADE',
      'column: column public.t.b | 2 | by DROP TYPE mood CASCADE',
      'column: column public.t.c | 1 | by DROP TYPE mood CASCADE',
    ],
  ],
  [
    'DROP SCHEMA CASCADE takes all that is in it along, and what depends on that',
    `create schema s; create table s.t (id int generated always as identity, a int); insert into s.t (a) values (1);
     create view v as select * from s.t; create function s.f() returns int language sql as 'select 1'; create type s.e as enum ()`,
    ['drop schema s cascade'],
    [
      'object: schema s',
      'object: type s.e | by DROP SCHEMA s CASCADE',
      'object: function s.f() | by DROP SCHEMA s CASCADE',
      'table: table s.t | 1 | by DROP SCHEMA s CASCADE',
      'object: view public.v | by DROP SCHEMA s CASCADE',
    ],
  ],
  [
    'a generated column goes with the one that it is made of',
    'create table t (a int, g int generated always as (a * 2) stored); insert into t values (1)',
    ['alter table t drop column a cascade'],
    [
      'column: column public.t.a | 1',
      'column: column public.t.g | 1 | by ALTER TABLE t DROP COLUMN a CASCADE',
    ],
  ],
  [
    'functions, triggers, policies, rules, constraints and indexes are told by name and arguments',
    `create table t (a int constraint k check (a > 0)); create index i on t (a); create policy p on t; create rule r as on insert to t do also nothing;
     create function f(int) returns int language sql as 'select 1'; create function f(text[]) returns int language sql as 'select 1';
     create function g() returns trigger language plpgsql as 'begin return new; end'; create trigger z before insert on t for each row execute function g()`,
    [
      'drop function f(text[]); drop trigger z on t; drop policy p on public.t; drop rule r on t; alter table t drop constraint k; drop index i; drop function if exists f(bigint); drop operator if exists <<<< (int, int)',
    ],
    [
      'object: function public.f(text[])',
      'object: trigger z on public.t',
      'object: policy p on public.t',
      'object: rule r on public.t',
      'object: constraint k on public.t',
      'object: index public.i',
      'object: operator <<<<',
    ],
  ],
  [
    'an enum that is made anew under its column is no loss',
    `create type mood as enum ('a', 'b'); create table t (a mood default 'a', b mood[]); insert into t values ('a')`,
    [
      `alter type mood rename to mood_old; create type mood as enum ('a'); alter table t alter column a drop default, alter column a type mood using a::text::mood;
       alter table t alter column a set default 'a'; drop type mood_old cascade`,
    ],
    ['column: column public.t.b | 0 | by DROP TYPE mood_old CASCADE'],
  ],
  [
    'a view, function or policy that is put back is no loss, a table is',
    `create table t (a int, b int); insert into t values (1, 2); create view v as select a from t; create function f(int) returns int language sql as 'select 1'; create policy p on t`,
    [
      `drop view v; drop function f(int); drop policy p on t; create view public.v as select b from t; create function f(x int) returns int language sql as 'select 2'; create policy p on t`,
      'drop table t cascade; create table t (a int)',
    ],
    ['table: table public.t | 1'],
  ],
  [
    'a change of type that loses nothing is not told, another is, with its values',
    `create table t (a int, b bigint, c text, d varchar(9)); insert into t values (1, 2, 'x', null), (null, 3, 'y', null)`,
    ['alter table t alter a type bigint, alter b type int, alter c type varchar(1), alter d type text'],
    [
      'values: values that a change of type rewrites in public.t.b | 2',
      'values: values that a change of type rewrites in public.t.c | 2',
    ],
  ],
  [
    'TRUNCATE, and with CASCADE what refers to the table',
    'create table a (i int primary key); create table b (i int primary key references a); create table c (i int references b); insert into a values (1), (2); insert into b values (1)',
    ['truncate only a cascade', 'truncate c'],
    [
      'rows: all rows of public.a | 2',
      'rows: all rows of public.b | 1 | by TRUNCATE a CASCADE',
      'rows: all rows of public.c | 0 | by TRUNCATE a CASCADE',
    ],
  ],
  [
    'DELETE and UPDATE of everything are counted, ON DELETE takes rows along',
    'create table a (i int primary key, x int); create table b (i int references a on delete cascade); create table c (i int references a on delete set null); insert into a values (1, 1), (2, null)',
    ['delete from a where true', 'update a set x = 1'],
    [
      'rows: rows that DELETE removes from public.a | 2',
      'rows: rows that ON DELETE CASCADE removes from public.b | by DELETE of a',
      'values: references that ON DELETE overwrites in public.c | by DELETE of a',
      'values: values of x that UPDATE overwrites in public.a | 2',
    ],
  ],
  [
    'ON DELETE takes rows along by way of partitions, and of what lies above them',
    `create table p (i int primary key) partition by range (i); create table p1 partition of p for values from (0) to (9);
     create table to_all (i int references p on delete cascade); create table to_part (i int references p1 on delete cascade);
     create table parted (i int references p on delete cascade) partition by range (i);
     create table parted_1 partition of parted for values from (0) to (9)`,
    ['delete from p1', 'delete from p'],
    [
      'rows: rows that DELETE removes from public.p | 0',
      'rows: rows that DELETE removes from public.p1 | 0',
      'rows: rows that ON DELETE CASCADE removes from public.parted | by DELETE of p1',
      'rows: rows that ON DELETE CASCADE removes from public.to_all | by DELETE of p1',
      'rows: rows that ON DELETE CASCADE removes from public.to_part | by DELETE of p1',
    ],
  ],
  [
    'a DO block counts as the statements in it',
    'create table t (a int); insert into t values (1)',
    [`do $$ begin if true then drop table t; end if; execute 'drop table u'; end $$`],
    ['table: table public.t | 1'],
  ],
])('%s', (_name, setup, scripts, expected) =>
  withDatabase(async (database) => {
    await database.sql.unsafe(setup);
    const { short } = await lossesOf(database, scripts);
    expect(short.toSorted()).toEqual(expected.toSorted());
  }),
);

test.concurrent('a statement is estimated as the planner would, and never run', () =>
  withDatabase(async (database) => {
    const { sql } = database;
    await sql.unsafe(
      'create table t (a int, b int); insert into t select g, g from generate_series(1, 1000) g; analyze t',
    );
    const { losses } = await lossesOf(database, [
      'delete from t where a <= 100; with gone as (delete from t where a > 900 returning *) select * from gone',
      'update t set b = 0 where a > 500; alter table t add c int; delete from t where c = 1',
    ]);
    expect(losses.map(({ kind }) => kind)).toEqual(['rows', 'rows', 'values', 'rows']);
    const [first, inside, update, unplannable] = losses;
    for (const [loss, about] of [
      [first, 100],
      [inside, 100],
      [update, 500],
    ] as const) {
      expect(loss).toMatchObject({ isEstimate: true, table: { name: 't' } });
      expect(Math.abs((loss?.rows ?? 0) - about)).toBeLessThan(about / 5);
    }
    expect(unplannable?.rows).toBeUndefined();
    expect(unplannable?.uncounted).toMatch(/only when it runs/);
    expect(await sql`select count(*)::int as rows from t`).toEqual([{ rows: 1000 }]);
  }));

test.concurrent('above the limit the estimate is given, also where the statistics are old or missing', () =>
  withDatabase(async (database) => {
    const { sql } = database;
    await sql.unsafe(
      `create table analysed (a int, b int); insert into analysed select g, case when g % 4 = 0 then g end from generate_series(1, 2000) g; analyze analysed;
       create table fresh (a int); insert into fresh select generate_series(1, 2000);
       create table stale (a int); alter table stale set (autovacuum_enabled = off); insert into stale values (1); analyze stale; update pg_class set reltuples = 1, relpages = 400 where relname = 'stale';
       insert into stale select generate_series(1, 2000); create table none (a int);
       alter table analysed set (autovacuum_enabled = off); alter table fresh set (autovacuum_enabled = off)`,
    );
    const scripts = ['alter table analysed drop column b', 'drop table fresh, stale, none'];
    const { losses } = await lossesOf(database, scripts, { countLimit: 500 });
    const [column, fresh, stale, none] = losses;
    expect(column).toMatchObject({ rows: 500, isEstimate: true, column: 'b' });
    expect(fresh?.isEstimate).toBe(true);
    expect(fresh?.rows).toBeGreaterThan(1000);
    expect(stale).toMatchObject({ isEstimate: true, rows: 501 });
    expect(none).toMatchObject({ rows: 0 });
    expect(none).not.toHaveProperty('isEstimate');
    const exact = await lossesOf(database, scripts, { countLimit: 2001 });
    expect(exact.losses.map(({ rows, isEstimate }) => [rows, isEstimate])).toEqual([
      [500, undefined],
      [2000, undefined],
      [2001, undefined],
      [0, undefined],
    ]);
    expect(exact.losses[1]?.table?.bytes).toBeGreaterThan(2000 * 28);
  }));

test.concurrent('a role that may not read a table, or not all of it, gets a plan all the same', () =>
  withDatabase(async (database) => {
    const { sql, name } = database;
    await sql.unsafe(
      `create schema hidden; create table hidden.t (a int); create table secret (a int, b int); create table filtered (a int);
       alter table filtered enable row level security; insert into filtered select generate_series(1, 100); analyze filtered;
       insert into secret values (1, 2); create role ${name}; grant select on filtered to ${name}; grant select (b) on secret to ${name}`,
    );
    try {
      const undo = await Promise.all(
        [
          'drop table hidden.t, secret, filtered; alter table secret drop b; delete from hidden.t where a = 1',
        ].map(script),
      );
      const losses = await inTransaction(sql, async (session) => {
        await session.execute(`set local role ${name}`);
        const found = await findLosses(session, undo, { countLimit: 1000 });
        expect(await session.query('select 1 as one')).toEqual([{ one: 1 }]);
        return found;
      });
      const [t, secret, filtered] = losses;
      for (const loss of [t, secret]) expect(loss?.uncounted).toMatch(/no privilege SELECT/);
      expect(filtered).toMatchObject({ rows: 100, isEstimate: true });
    } finally {
      await sql.unsafe(`drop owned by ${name}; drop role ${name}`);
    }
  }));
