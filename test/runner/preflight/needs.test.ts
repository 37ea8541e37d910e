import { findNeeds, type Needs } from '../../../runner/src/preflight/needs';
import { splitStatements } from '../../../runner/src/sql/split-statements';

const needsOf = (...scripts: string[]): Promise<Needs> =>
  findNeeds(
    scripts.map((sql, index) => ({ file: `000${index}_x.sql`, sql, statements: splitStatements(sql) })),
  );

const qualified = (list: readonly { schema: string | undefined; name: string }[]) =>
  list.map(({ schema, name }) => (schema ? `${schema}.${name}` : name));

test.each<[string, string[]]>([
  ['alter table a.b add c int', ['a.b']],
  ['alter table "A" add c int', ['A']],
  ['create index on a (b)', ['a']],
  ['drop table a, b.c', ['a', 'b.c']],
  ['drop index concurrently i', ['i']],
  ['alter table a rename to b', ['a']],
  ['alter table a rename column b to c', ['a']],
  ['create table p1 partition of p for values in (1)', ['p']],
  ['create policy p on t', ['t']],
  ['create table a (); alter table a add b int; alter table public.a add c int', []],
  ['drop table a; create table a (); alter table a add b int', ['a']],
  ['alter table a rename to b; alter table b add c int; alter table a add d int', ['a']],
  ['create temp table a (); alter table a add b int', []],
  ['set search_path to x; alter table a add b int; alter table c.d add e int', ['c.d']],
  ['set role other; alter table a add b int', []],
  ['grant select on a to b; alter table a add b int', ['a']],
  ['grant other to me; alter table a add b int', []],
  ["select set_config('search_path', '', false); alter table a add b int", []],
  ['insert into a values (1); update a set b = 1; select a from a', []],
  [
    'do $$ begin create type m as enum (); exception when duplicate_object then null; end $$; alter table a add b m',
    ['a'],
  ],
  ["do $$ begin execute 'alter table a owner to me'; end $$; alter table a add b int", []],
  ['not sql at all', []],
])('%s needs to own %j', async (sql, expected) => {
  expect(qualified((await needsOf(sql)).relations)).toEqual(expected);
});

test('the search path is put back between migrations, lost certainty is not', async () => {
  expect(qualified((await needsOf('set search_path to x', 'drop table a')).relations)).toEqual(['a']);
  expect((await needsOf('set role x', 'drop table a')).relations).toEqual([]);
});

test('where things are created, schemas that are made before left out', async () => {
  const { createIn, schemas } = await needsOf(
    `create table a (); create view s.v as select 1; create schema own; create table own.t ();
     create type s.m as enum (); create function f.g() returns int language sql as 'select 1'`,
  );
  expect(createIn.map(({ schema, name }) => [schema, name])).toEqual([
    [undefined, 'a'],
    ['s', 'v'],
    ['f', 'g'],
  ]);
  expect(schemas.map(({ name }) => name)).toEqual(['own']);
});

test('types, roles and extensions', async () => {
  const needs = await needsOf(
    `alter type a.m add value 'x'; drop type n;`,
    `create role r; drop role gone; create role gone;`,
    `create extension if not exists postgis with version '3'; drop extension citext; create extension citext;`,
  );
  expect(qualified(needs.types)).toEqual(['a.m', 'n']);
  expect(needs.roles).toEqual([{ schema: undefined, name: 'r', at: '0001_x.sql, line 1' }]);
  expect(needs.extensions).toMatchObject([
    { name: 'postgis', version: '3', ifNotExists: true, certain: true },
    { name: 'citext', version: undefined, ifNotExists: false, certain: false },
  ]);
});

test('roles that must exist', async () => {
  const needs = await needsOf(
    `create role made; grant select on t to made, one, public; revoke select on t from two;
     create policy p on t to "Three", current_user using (true); alter policy p on t to four;
     alter table t owner to five; alter default privileges for role six grant select on tables to seven;`,
    'alter view v owner to eight; grant usage on schema s to nine;',
    'grant select on t to after_who_we_are_is_unknown',
  );
  expect(needs.usedRoles.map(({ name }) => name)).toEqual([
    'one',
    'two',
    'Three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
  ]);
  const guarded = await needsOf(`do $$ begin create role r; end $$; grant select on t to r`);
  expect(guarded.usedRoles).toEqual([]);
});

test('megabytes of data are not parsed', async () => {
  const data = ['insert into a values ', `create view v as select '`].map((start) => ({
    ...{ text: `${start}${'x'.repeat(5_000_000)}`, start: 0 },
  }));
  const started = performance.now();
  expect((await findNeeds([{ file: '0000_x', sql: '', statements: data }])).createIn).toEqual([]);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test.each<[string, string[]]>([
  [
    'create table a (); create view s.v as select 1; create materialized view m as select 1',
    ['a', 's.v', 'm'],
  ],
  [
    'create sequence q; create type e as enum (); create type c as (a int); create domain d as int',
    ['q', 'e', 'c', 'd'],
  ],
  ['create schema s; create table s.t (); create index i on s.t (a)', ['s', 's.t', 'i']],
  ['create table x.t (); create table y.t (); create table x.t ()', ['x.t', 'y.t']],
  ['create table if not exists a (); create index i on a (b); create index if not exists j on c (d)', []],
  ['create or replace view v as select 1; create temp table a (); create table a ()', []],
  ['drop index i; create index i on a (b); create index j on a (b)', ['j']],
  ['drop type e; create type e as enum (); create table a ()', ['a']],
  ['drop table b; create table a ()', []],
  ['drop view v cascade; create table a ()', []],
  ['drop schema s; create table a ()', []],
  ['alter table a rename to b; create table a (); create table b (); create table c ()', ['c']],
  ['alter table a rename column b to c; create table b ()', ['b']],
  ['alter table a rename constraint k to l; create index k on b (c)', []],
  ['alter type s.e rename to e_old; create type s.e as enum ()', []],
  ['alter table a set schema s; create index i on b (c); create table a (); create table d ()', ['d']],
  ['alter table a drop column b; create index i on c (d); create table e ()', ['e']],
  ['alter table a drop column b cascade; create view e as select 1', []],
  ['alter schema s rename to r; create table r.a ()', []],
  ['set search_path to x; create table a (); create table s.b ()', ['s.b']],
  ["do $$ begin execute 'drop table a'; end $$; create table a ()", []],
  ['do $$ begin perform tidy_up(); end $$; create table a ()', []],
  ['select tidy_up(); create table a ()', []],
  ['call tidy_up(); create table a ()', []],
  [
    "select setval('s', 1); select pg_catalog.set_config('search_path', '', false); create table a (); create table s.b ()",
    ['s.b'],
  ],
  [
    'do $$ begin create type m as enum (); exception when duplicate_object then null; end $$; create table a ()',
    ['a'],
  ],
])('%s makes %j, which must not be there', async (sql, expected) => {
  expect(qualified((await needsOf(sql)).made)).toEqual(expected);
});
