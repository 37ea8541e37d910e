import type { ReservedSql } from 'postgres';
import { type LockMode, strength } from '../../../runner/src/sql/effects/lock-mode';
import { type StatementEffects, statementEffects } from '../../../runner/src/sql/statement-effects';
import { withDatabase } from '../../support/database';

const SETUP = `
  create schema s; create schema other;
  create table t (id int primary key, a int, b text, constraint positive check (a > 0) not valid);
  create index i on t (a); create unique index i2 on t (id);
  create table u (id int primary key, t_id int);
  alter table u add constraint fk foreign key (t_id) references t (id) not valid;
  create table s.t (id int primary key);
  create table one (a int); create table two (a int); create table three (id int primary key);
  create table parent (a int) partition by range (a);
  create table part1 partition of parent for values from (1) to (2);
  create table loose (a int);
  create view v as select 1 as a;
  create materialized view mv as select 1 as a; create unique index on mv (a);
  create sequence sq;
  create type comp as (x int, y int); create type mood as enum ('a');
  create function f() returns trigger language plpgsql as 'begin return new; end';
  create trigger tr before insert on t execute function f();
  create policy po on t; create rule ru as on insert to two do also nothing;
  create publication pub;
  insert into three values (1), (2); insert into one values (1), (2)`;

/** Each takes exactly the locks that PostgreSQL's own table of locks shows while its transaction is open. */
const LOCKING = [
  'alter table t add column n int',
  'alter table only t add n int references three (id)',
  'alter table t drop column b',
  'alter table t alter a type bigint, alter b set statistics 5',
  'alter table t alter a set default 5',
  'alter table t alter a set not null',
  'alter table t alter b set storage external',
  'alter table t alter a set statistics 5',
  'alter table t alter a set (n_distinct = 5)',
  'alter table t set (fillfactor = 50, autovacuum_enabled = off)',
  'alter table t reset (fillfactor)',
  'alter table t set (user_catalog_table = false)',
  'alter table t add check (a > 5) not valid',
  'alter table t add unique (a)',
  'alter table t add constraint un unique using index i2',
  'alter table one add foreign key (a) references three (id)',
  'alter table one add foreign key (a) references three (id) not valid',
  'alter table t validate constraint positive',
  'alter table t drop constraint positive',
  'alter table t disable trigger tr',
  'alter table t enable trigger all',
  'alter table two disable rule ru',
  'alter table t enable row level security',
  'alter table t replica identity full',
  'alter table t cluster on i',
  'alter table one set unlogged',
  'alter table t owner to current_user',
  'alter table one inherit two',
  'alter table t rename to x',
  'alter table t rename column b to c',
  'alter table t rename constraint positive to c',
  'alter table s.t set schema other',
  'alter table parent attach partition loose for values from (5) to (6)',
  'alter table parent detach partition part1',
  'alter index i rename to j',
  'alter index i set (fillfactor = 50)',
  'alter view v set (security_barrier)',
  'alter view v rename to w',
  'alter sequence sq restart',
  'alter policy po on t using (true)',
  'alter trigger tr on t rename to tr2',
  'alter publication pub add table one',
  'create publication other for table one, two',
  'create table n (a int references t, foreign key (a) references three)',
  'create table if not exists n (like t) inherits (two)',
  'create table n partition of parent for values from (7) to (8)',
  'create table n as select * from one',
  'create index on t (a, b)',
  'create trigger tr3 after insert on t execute function f()',
  'create rule r2 as on insert to one do also nothing',
  'create policy p2 on one',
  'create statistics st on id, a from t',
  'create or replace view v as select 2 as a',
  'create view w as select * from t',
  'create schema x create table y (a int references t)',
  'drop table one, two',
  'drop view v',
  'drop materialized view mv',
  'drop sequence sq',
  'drop index i',
  'drop trigger tr on t',
  'drop policy po on public.t',
  'drop rule ru on two',
  `comment on table s.t is 'x'`,
  `comment on column t.a is 'x'`,
  `comment on constraint positive on t is 'x'`,
  `comment on trigger tr on t is 'x'`,
  `comment on view v is 'x'`,
  'lock table one in share row exclusive mode',
  'lock table one, two in exclusive mode nowait',
  'lock one',
  'truncate one, two',
  'cluster t using i',
  'reindex table t',
  'reindex index i',
  'analyze one',
  'refresh materialized view mv',
  'refresh materialized view concurrently mv',
  'insert into one values (1)',
  'update one set a = 1 where a = 2',
  'delete from only one',
  'with d as (delete from one returning a) insert into two select a from d',
  'merge into one using two on one.a = two.a when matched then delete',
  'with x as (update two set a = 1) select 1',
  `copy one from program 'true'`,
  'select 1',
  'select a into n from one',
  'grant select on t to public',
  `do $$ begin
     if true then alter table u add constraint k foreign key (id) references t (id); end if;
   exception when duplicate_object then null; end $$`,
  `do $$ begin for i in 1..2 loop update one set a = i; end loop; delete from two where a = 1; end $$`,
];

/** What PostgreSQL 14 does not know. */
const SINCE_15 = /^merge /;

type Locks = Record<string, LockMode>;

interface Relation {
  readonly oid: number;
  readonly name: string;
  /** Where it is an index, its table. */
  readonly table: string | null;
  readonly file: number;
}

const readRelations = (connection: ReservedSql) =>
  connection.unsafe<Relation[]>(
    `select c.oid::int, n.nspname || '.' || c.relname as name, i.indrelid::regclass::text as table,
            c.relfilenode::int as file
       from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
      where n.nspname in ('public', 's')`,
  );

/** Runs a statement in a transaction, and tells which relations that were there before are locked, and written anew. */
async function observe(connection: ReservedSql, statement: string, before: readonly Relation[]) {
  await connection.unsafe('begin').simple();
  try {
    await connection.unsafe(statement).simple();
    const rows = await connection.unsafe<{ oid: number; mode: string }[]>(
      `select relation::int as oid, mode from pg_locks where pid = pg_backend_pid() and locktype = 'relation'`,
    );
    const locks: Locks = {};
    for (const { oid, mode } of rows) {
      const relation = before.find((known) => known.oid === oid && known.table === null);
      if (relation) add(locks, relation.name, modeOf(mode));
    }
    const after = await readRelations(connection);
    const rewritten = before.filter(({ oid, file, table }) =>
      after.some((now) => now.oid === oid && now.file !== file && table === null),
    );
    return { locks, rewritten: rewritten.map(({ name }) => name) };
  } finally {
    await connection.unsafe('rollback').simple();
  }
}

/** `ShareRowExclusiveLock` as the documentation writes it. */
const modeOf = (mode: string) =>
  mode
    .replace('Lock', '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase() as LockMode;

function add(locks: Locks, name: string, mode: LockMode): void {
  const held = locks[name];
  if (strength(mode) >= strength('ROW EXCLUSIVE') && !(held && strength(held) > strength(mode)))
    locks[name] = mode;
}

function expectedLocks(effects: StatementEffects, relations: readonly Relation[]): Locks {
  const locks: Locks = {};
  for (const { relation, mode, of } of effects.locks) {
    const name = `${relation.schema ?? 'public'}.${relation.name}`;
    const index = relations.find((known) => known.name === name)?.table;
    add(locks, of === 'index' ? `public.${index}` : name, mode);
  }
  return locks;
}

test('every statement takes exactly the locks that the server shows', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(SETUP);
    const connection = await sql.reserve();
    try {
      const relations = await readRelations(connection);
      const expected: Record<string, Locks> = {};
      const observed: Record<string, Locks> = {};
      const [server] = await sql`select current_setting('server_version_num')::int as version`;
      for (const statement of LOCKING) {
        if (server?.version < 150_000 && SINCE_15.test(statement)) continue;
        expected[statement] = expectedLocks(await statementEffects(statement), relations);
        observed[statement] = await observe(connection, statement, relations).then(
          ({ locks }) => locks,
          (error) => {
            throw new Error(`${statement}: ${error.message}`);
          },
        );
      }
      expect(expected).toEqual(observed);
    } finally {
      connection.release();
    }
  }));

/** What the table's file number shows, and what the text can't tell for sure is not claimed. */
const REWRITING = [
  'alter table one set unlogged',
  'alter table one add n uuid default gen_random_uuid()',
  'alter table one add n float default 1 + (random() * 5)',
  'alter table one add n serial',
  'alter table one add n int generated always as identity',
  'alter table one add n int generated always as (a + 1) stored',
  'alter table one add n timestamptz default clock_timestamp()',
  'cluster t using i',
];
const NOT_REWRITING = [
  'alter table one add n int',
  'alter table one add n int default 5',
  'alter table one add n timestamptz default now() not null',
  'alter table one alter a set default random()',
  'alter table one set (fillfactor = 50)',
  'alter table one add check (a > 0)',
  'update one set a = 2',
];

test('a table that is said to be written anew has a new file afterwards', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(SETUP);
    const connection = await sql.reserve();
    try {
      const relations = await readRelations(connection);
      for (const statement of [...REWRITING, ...NOT_REWRITING]) {
        const { rewrites } = await statementEffects(statement);
        const { rewritten } = await observe(connection, statement, relations);
        expect({ statement, rewrites: rewrites.map(({ name }) => `public.${name}`) }).toEqual({
          statement,
          rewrites: rewritten,
        });
        expect(rewrites).toHaveLength(REWRITING.includes(statement) ? 1 : 0);
      }
    } finally {
      connection.release();
    }
  }));

test.each<[string, string[]]>([
  ['drop table a, "S".b', ['table a', 'table S.b']],
  ['drop table a cascade', ['table a and what depends on it']],
  [
    'alter table a drop column b, drop if exists c cascade',
    ['column a.b', 'column a.c and what depends on it'],
  ],
  ['alter table a alter b type int using b::int', ['column a.b as it is: its type changes']],
  ['drop schema s cascade', ['schema s and what depends on it']],
  ['drop type s.e', ['type s.e']],
  ['drop domain d', ['domain d']],
  ['drop sequence s', ['sequence s']],
  ['drop materialized view m', ['materialized view m']],
  ['drop extension e', ['extension e']],
  ['drop database d', ['database d']],
  ['drop owned by r', ['everything that a role owns']],
  ['alter type c drop attribute a', ['attribute c.a']],
  ['drop view v cascade', ['what depends on view v']],
  ['drop function f(int) cascade', ['what depends on function f']],
  [
    'truncate a, b cascade',
    [
      'every row of a, and of the tables that refer to it',
      'every row of b, and of the tables that refer to it',
    ],
  ],
  ['delete from a', ['every row of a']],
  ['delete from a where true', ['every row of a']],
  ['update a set b = 1', ['values in every row of a']],
  ['with x as (delete from a returning *) insert into b select * from x', ['every row of a']],
  ['do $$ begin if 1 > 2 then drop table a; end if; end $$', ['table a']],
  ['delete from a where b = 1', []],
  ['delete from a using b where a.id = b.id', []],
  ['update a set b = 1 where c', []],
  ['drop view v', []],
  ['drop index i', []],
  ['drop function f', []],
  ['drop trigger t on a', []],
  ['alter table a drop constraint c', []],
  ['alter table a alter b drop default', []],
  ['not SQL', []],
])('%s destroys %j', async (sql, expected) => {
  expect((await statementEffects(sql)).destroys.map(({ what }) => what)).toEqual(expected);
});

test.each<[string, StatementEffects['changesData']]>([
  [`insert into a values (1), (2)`, 'few'],
  ['insert into a default values', 'few'],
  ['insert into a select 1', 'few'],
  ['insert into a select * from b', 'many'],
  ['update a set b = 1 where c = 2', 'many'],
  ['merge into a using b on true when matched then delete', 'many'],
  ['copy a from program $$x$$', 'many'],
  ['copy a to program $$x$$', 'nothing'],
  ['create table a as select 1', 'many'],
  ['create table a as select 1 with no data', 'nothing'],
  ['select * into a from b', 'many'],
  ['do $$ begin delete from a where b; end $$', 'many'],
  ['alter table a add b int', 'nothing'],
  ['select 1', 'nothing'],
])('%s changes %s', async (sql, expected) => {
  expect((await statementEffects(sql)).changesData).toBe(expected);
});

test.each<[string, [string, string][]]>([
  ['create index concurrently on "S".t (a)', [['S.t', 'SHARE UPDATE EXCLUSIVE']]],
  [
    'alter table a detach partition b concurrently',
    [
      ['b', 'SHARE UPDATE EXCLUSIVE'],
      ['a', 'SHARE UPDATE EXCLUSIVE'],
    ],
  ],
  [
    'vacuum a, b',
    [
      ['a', 'SHARE UPDATE EXCLUSIVE'],
      ['b', 'SHARE UPDATE EXCLUSIVE'],
    ],
  ],
  ['vacuum full a', [['a', 'ACCESS EXCLUSIVE']]],
  ['reindex table concurrently a', [['a', 'SHARE UPDATE EXCLUSIVE']]],
])('%s, which no transaction can show, locks %j', async (sql, expected) => {
  const { locks } = await statementEffects(sql);
  expect(
    locks.map(({ relation, mode }) => [[relation.schema, relation.name].filter(Boolean).join('.'), mode]),
  ).toEqual(expected);
});

test('what can not be told is said', async () => {
  const unknown = async (sql: string) => (await statementEffects(sql)).unknown;
  expect(await unknown(`do $$ begin execute 'drop table t'; end $$`)).toEqual(['EXECUTE in a DO block']);
  expect(await unknown('do language plpython3u $$ x $$')).toEqual(['a DO block in plpython3u']);
  expect(await unknown('call p()')).toEqual(['CALL of a procedure']);
  expect(await unknown('drop table t')).toEqual([]);
});

test('bulk data is not parsed, but its table is known', async () => {
  const rows = `${`('x'),`.repeat(1_000_000)} ('y')`;
  const started = Date.now();
  const effects = await statementEffects(`INSERT INTO "My ""s"""."t" (a) VALUES ${rows}`);
  expect(effects.locks).toEqual([
    { relation: { schema: 'My "s"', name: 't' }, mode: 'ROW EXCLUSIVE', of: 'relation' },
  ]);
  expect(effects.changesData).toBe('many');
  expect(Date.now() - started).toBeLessThan(2000);
  expect((await statementEffects(`insert into Tab values ${rows}`)).locks[0]?.relation.name).toBe('tab');
});
