import type postgres from 'postgres';
import type { ReservedSql } from 'postgres';
import { readJournal } from '../../../core/journal';
import { planUnits } from '../../../runner/src/migrate/plan-units';
import { analysePending, type PendingStatement } from '../../../runner/src/preflight/pending/analyse-pending';
import { withDatabase } from '../../support/database';
import { migrationsFolder } from '../../support/migrations-folder';
import { sessionOf } from '../../support/session-of';

const TYPES = `
  create type e as enum ('a'); create domain positive as int check (value > 0); create domain plain as text;
  create table t (i int, s smallint, b bigint, v varchar(10), free varchar, tx text, en e, n numeric(10, 2), anyn numeric, ts timestamp(3), tz timestamptz,
    j json, c char(3), r real, d date, u uuid, net cidr, bits varbit(5), p positive, ints int[], vs varchar(5)[], time time(3));
  insert into t (i) values (1)`;

/** Type changes: whether a value may be lost, and whether the server writes the table anew. */
const CHANGES: readonly (readonly [change: string, loses: boolean, rewrites: boolean])[] = [
  ['i type bigint', false, true],
  ['i type bigint using i::bigint', false, true],
  ['i type bigint using i + 1', true, true],
  ['i type int', false, false],
  ['i type smallint', true, true],
  ['i type numeric', false, true],
  ['i type numeric(12, 2)', false, true],
  ['i type numeric(5, 2)', true, true],
  ['i type text', false, true],
  ['i type positive', true, false],
  ['s set data type int', false, true],
  ['s type double precision', false, true],
  ['b type double precision', true, true],
  ['b type numeric(19)', false, true],
  ['v type varchar(20)', false, false],
  ['v type varchar(10)', false, false],
  ['v type varchar(5)', true, true],
  ['v type varchar', false, false],
  ['v type text', false, false],
  ['v type text using v::text', false, false],
  ['v type text using lower(v)', true, true],
  ['v type char(10)', true, true],
  ['free type text', false, false],
  ['free type varchar(300)', true, true],
  ['tx type varchar(300)', true, true],
  ['tx type varchar', false, false],
  ['tx type e using tx::e', false, true],
  ['tx type plain', true, false],
  ['en type text', false, true],
  ['en type varchar(5)', true, true],
  ['n type numeric(12, 2)', false, false],
  ['n type numeric(12, 3)', false, true],
  ['n type numeric(10, 3)', true, true],
  ['n type numeric(12, 1)', true, true],
  ['n type numeric', false, false],
  ['n type int', true, true],
  ['anyn type numeric(10, 2)', true, true],
  ['ts type timestamp(6)', false, false],
  ['ts type timestamp', false, false],
  ['ts type timestamp(1)', true, true],
  ['ts type timestamptz', true, true],
  ['tz type timestamptz(6)', false, false],
  ['j type jsonb', true, true],
  ['j type text', false, true],
  ['c type char(5)', false, true],
  ['c type char(3)', false, false],
  ['c type text', true, true],
  ['r type double precision', false, true],
  ['d type timestamp', false, true],
  ['u type text', false, true],
  ['net type inet', false, false],
  ['bits type varbit(9)', false, false],
  ['bits type varbit(3)', true, true],
  ['time type time(4)', false, false],
  ['ints type int[]', false, false],
  ['ints type bigint[]', false, false],
  ['vs type text[]', false, false],
];

/** Where the server writes the table anew, but does not for other domains and arrays: so it is not told. */
const NOT_TOLD = ['i type positive', 'ints type bigint[]', 'vs type text[]'];

const analyse = async (
  sql: { unsafe: postgres.Sql['unsafe'] },
  ...scripts: string[]
): Promise<PendingStatement[]> => {
  const folder = migrationsFolder(scripts.map((text, index) => ({ tag: `m${index}`, sql: text })));
  return analysePending(sessionOf(sql), await planUnits(readJournal(folder).migrations));
};

const files = (connection: ReservedSql) =>
  connection.unsafe<{ name: string; file: string }[]>(
    `select relname as name, relfilenode::text as file from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );

/** The tables that the server writes anew, and those that it locks so that nobody can read them. */
async function observe(connection: ReservedSql, statement: string) {
  const before = await files(connection);
  await connection.unsafe('begin').simple();
  try {
    await connection.unsafe(statement).simple();
    const after = await files(connection);
    const closed = await connection.unsafe<{ oid: string }[]>(
      `select relation::text as oid from pg_locks where pid = pg_backend_pid() and mode = 'AccessExclusiveLock' and locktype = 'relation'`,
    );
    const rewritten = before.filter(({ name, file }) =>
      after.some((now) => now.name === name && now.file !== file),
    );
    return { rewritten: rewritten.map(({ name }) => `public.${name}`), closed: closed.map(({ oid }) => oid) };
  } finally {
    await connection.unsafe('rollback').simple();
  }
}

test('a new type loses and rewrites what the server shows', () =>
  withDatabase(async ({ sql }) => {
    const connection = await sql.reserve();
    try {
      await connection.unsafe(`${TYPES}; set timezone to 'Europe/Oslo'`).simple();
      for (const [change, loses, rewrites] of CHANGES) {
        const statement = `alter table t alter ${change}`;
        const [told] = await analyse(connection, statement);
        expect([change, told?.destroys.length, told?.rewrites.length]).toEqual([
          change,
          Number(loses),
          Number(rewrites),
        ]);
        if (NOT_TOLD.includes(change)) continue;
        const { rewritten } = await observe(connection, statement);
        expect([change, rewritten.length > 0]).toEqual([change, rewrites]);
      }
      await connection.unsafe("set timezone to 'UTC'");
      const statement = 'alter table t alter ts type timestamptz';
      expect((await analyse(connection, statement))[0]?.rewrites).toEqual([]);
    } finally {
      connection.release();
    }
  }));

test.concurrent('what pending statements add themselves is no loss, under whatever name it was there', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(`create type mood as enum ('a'); create table p (id int, old int, m mood)`);
    const lost = async (...scripts: string[]) =>
      (await analyse(sql, ...scripts)).flatMap(({ destroys }) => destroys);
    expect(await lost('alter table p add n int default 0 not null; update p set n = 5')).toEqual([]);
    expect(await lost('alter table p add n int, add o int', 'update p set n = 5, o = n')).toEqual([]);
    expect(await lost('do $$ begin alter table p add n int; update p set n = 5; end $$')).toEqual([]);
    expect(await lost('alter table p add n int; update p set n = 5, old = 1')).toEqual([
      'values in every row of p',
    ]);
    expect(
      await lost('alter table p add n int', 'alter table p alter n type text; alter table p drop n'),
    ).toEqual([]);
    expect(await lost('alter table p drop column if exists never_there cascade')).toEqual([]);
    expect(await lost('alter table p rename old to n; update p set n = 5; alter table p drop n')).toEqual([
      'values in every row of p',
      'column p.n',
    ]);
    expect(await lost('alter table p drop old', 'alter table p add old int; alter table p drop old')).toEqual(
      ['column p.old'],
    );
    expect(await lost('alter table p alter old type bigint; alter table p alter old type int')).toEqual([
      'column p.old as it is: its type changes',
    ]);
  }));

test.concurrent('a table that gets another name is there under it', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe('create schema s; create table p (id int, a int); create table q (id int)');
    const told = await analyse(
      sql,
      `alter table p rename to p2; alter table p2 add b int; update p2 set b = 1; alter table p2 drop a; create table p (a int);
       alter table p drop a; alter table p2 set schema s; alter table s.p2 rename to p3; drop table s.p3; drop table p`,
      'alter table q rename to r; alter table r alter id type bigint',
    );
    expect(told.flatMap(({ destroys }) => destroys)).toEqual(['column p2.a', 'table s.p3']);
    const closed = told.flatMap(({ locks }) => locks.map(({ relation }) => relation.name));
    expect(closed).toEqual([...Array(7).fill('public.p'), ...Array(2).fill('public.q')]);
    expect(told.flatMap(({ rewrites }) => rewrites.map(({ name }) => name))).toEqual(['public.q']);
  }));

test.concurrent('a type that a pending statement makes is not the one that bears its name', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(`create type mood as enum ('a'); create table p (m mood)`);
    const told = await analyse(
      sql,
      `alter type mood rename to mood_old; create type mood as enum ('b');\nalter table p alter m type mood using 'b'::mood`,
      `alter table p add n text; alter table p alter n type mood using n::mood`,
    );
    const changed = told.filter(({ rewrites }) => rewrites.length > 0);
    expect(changed.map(({ destroys }) => destroys)).toEqual([['column p.m as it is: its type changes'], []]);
  }));

const REFERRING = `
  create table users (id int primary key, ext int constraint users_ext unique, name text);
  create table posts (id int primary key, u int constraint posts_fk references users, n int constraint posts_ext references users (ext), x int);
  create table likes (p int constraint likes_fk references posts); create table plain (a int)`;

/** Each closes exactly the tables that the server's locks show. */
const CLOSING = [
  'drop table likes',
  'drop table posts cascade',
  'drop table likes, posts',
  'alter table posts drop constraint posts_fk',
  'alter table posts drop constraint if exists nosuch',
  'alter table posts drop column u',
  'alter table posts drop column x',
  'alter table users drop constraint users_ext cascade',
  'alter table users drop constraint users_pkey cascade',
  'alter table users drop column ext cascade',
  'alter table users drop column name',
  'alter table users alter ext type bigint',
  'alter table posts alter u type bigint',
  'alter table users alter name type varchar(5)',
  'alter table users rename ext to other; alter table users drop other cascade',
  'truncate users cascade',
  'truncate likes',
  'do $$ begin alter table posts drop constraint posts_fk; drop table likes; end $$',
];

test.concurrent('the tables that a foreign key leads to are closed as well', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(REFERRING);
    const connection = await sql.reserve();
    try {
      const tables = await connection.unsafe<{ oid: string; name: string }[]>(
        `select oid::text, relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
      );
      for (const statement of CLOSING) {
        const told = (await analyse(connection, statement)).flatMap(({ locks }) =>
          locks.filter(({ mode }) => mode === 'ACCESS EXCLUSIVE').map(({ relation }) => relation.name),
        );
        const { closed } = await observe(connection, statement);
        const observed = tables.filter(({ oid }) => closed.includes(oid)).map(({ name }) => `public.${name}`);
        expect([statement, ...[...new Set(told)].sort()]).toEqual([statement, ...observed.sort()]);
      }
    } finally {
      connection.release();
    }
    // What is dropped leads nowhere afterwards.
    const [, after] = await analyse(sql, 'alter table likes drop constraint likes_fk', 'drop table likes');
    expect(after?.locks.map(({ relation }) => relation.name)).toEqual(['public.likes']);
  }));
