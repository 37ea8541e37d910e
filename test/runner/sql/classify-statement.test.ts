import { classifyStatement, needsParser, VOCABULARY } from '../../../runner/src/sql/classify-statement';
import { splitStatements } from '../../../runner/src/sql/split-statements';
import { withDatabase } from '../../support/database';

async function kindOf(sql: string) {
  const [statement] = splitStatements(sql, VOCABULARY);
  if (!statement) throw new Error('no statement');
  return classifyStatement(statement);
}

/** Each with what the server needs for it to be the transaction that is in the way, and nothing else. */
const ALONE: [sql: string, what: string, target: object][] = [
  [
    'create unique index concurrently if not exists "My I" on "S".t (a)',
    'CREATE INDEX CONCURRENTLY',
    { command: 'create index', name: 'My I', table: { schema: 'S', name: 't' } },
  ],
  [
    'create index concurrently on t (a)',
    'CREATE INDEX CONCURRENTLY',
    { command: 'create index', name: undefined, table: { schema: undefined, name: 't' } },
  ],
  [
    'drop index concurrently if exists "S".i cascade',
    'DROP INDEX CONCURRENTLY',
    { command: 'drop index', index: { schema: 'S', name: 'i' }, ifExists: true },
  ],
  ['reindex index concurrently i', 'REINDEX CONCURRENTLY', { command: 'reindex', concurrently: true }],
  [
    'reindex (verbose, concurrently) table t',
    'REINDEX CONCURRENTLY',
    { command: 'reindex', concurrently: true },
  ],
  ['reindex schema public', 'REINDEX SCHEMA', { command: 'reindex', concurrently: false }],
  ['reindex database', 'REINDEX DATABASE', { command: 'reindex', concurrently: false }],
  [
    'alter table pt detach partition "S".p concurrently',
    'ALTER TABLE … DETACH PARTITION CONCURRENTLY',
    {
      command: 'detach partition',
      parent: { schema: undefined, name: 'pt' },
      partition: { schema: 'S', name: 'p' },
    },
  ],
  ['vacuum (analyze) t', 'VACUUM', { command: 'repeatable' }],
  ['cluster', 'CLUSTER of all tables', { command: 'repeatable' }],
  ['alter system set work_mem = 1000', 'ALTER SYSTEM', { command: 'repeatable' }],
  ['discard all', 'DISCARD ALL', { command: 'repeatable' }],
  ['create database d', 'CREATE DATABASE', { command: 'create database' }],
  ['drop database if exists d', 'DROP DATABASE', { command: 'drop database' }],
  [
    'alter database template1 set tablespace pg_default',
    'ALTER DATABASE … SET TABLESPACE',
    { command: 'repeatable' },
  ],
  [`create tablespace x location '/x'`, 'CREATE TABLESPACE', { command: 'create tablespace' }],
  ['drop tablespace x', 'DROP TABLESPACE', { command: 'drop tablespace' }],
  [
    `create subscription other connection 'host=x' publication p`,
    'CREATE SUBSCRIPTION',
    { command: 'create subscription' },
  ],
  ['drop subscription s', 'DROP SUBSCRIPTION', { command: 'drop subscription' }],
  ['alter subscription s refresh publication', 'ALTER SUBSCRIPTION … REFRESH', { command: 'repeatable' }],
  ['alter subscription s set publication q', 'ALTER SUBSCRIPTION with refresh', { command: 'repeatable' }],
];

test.each(ALONE)('%s can not run in a transaction', async (sql, what, target) => {
  expect(await kindOf(sql)).toMatchObject({ kind: 'non-transactional', what });
  expect(await kindOf(sql)).toHaveProperty('target', target);
});

test('newer servers refuse more of subscriptions, without a word that older ones know', async () => {
  expect(await kindOf('alter subscription s set (failover = true)')).toMatchObject({
    kind: 'non-transactional',
  });
});

test('the index of a concurrent build is known', async () => {
  expect(await kindOf('create unique index concurrently "My I" on "S".t (a)')).toMatchObject({
    index: { name: 'My I', schema: 'S', table: 't' },
  });
  expect(await kindOf('create index concurrently on t (a)')).not.toHaveProperty('index');
});

test.each([
  ['begin', 'begin'],
  ['start transaction isolation level serializable', 'begin'],
  ['commit', 'commit'],
  ['commit and chain', 'commit and chain'],
  ['end', 'commit'],
  ['rollback', 'rollback'],
  ['rollback and chain', 'rollback and chain'],
  ['abort and no chain', 'rollback'],
  [`prepare transaction 'x'`, 'prepare transaction'],
  [`commit prepared 'x'`, 'commit prepared'],
  [`rollback prepared 'x'`, 'rollback prepared'],
])('%s is transaction control', async (sql, command) => {
  expect(await kindOf(sql)).toEqual({ kind: 'transaction-control', what: command.toUpperCase(), command });
});

test.each([
  ['savepoint s', 'savepoint'],
  ['release s', 'release'],
  ['rollback to s', 'rollback to'],
])('%s is transaction control of a savepoint', async (sql, command) => {
  expect(await kindOf(sql)).toEqual({
    ...{ kind: 'transaction-control', what: command.toUpperCase(), command, savepoint: 's' },
  });
});

test.each([
  `alter type t add value 'x'`,
  `ALTER TYPE "public"."t" ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'`,
  `do $$ begin alter type t add value 'x'; exception when duplicate_object then null; end $$`,
  `do language plpgsql $$ begin execute format('ALTER TYPE %I\n  ADD VALUE %L', 't', 'x'); end $$`,
])('%s adds an enum value', async (sql) => {
  expect(await kindOf(sql)).toEqual({ kind: 'enum-value' });
});

test.each([
  ['do $$ begin commit; end $$', 'DO'],
  ['do $$ begin alter type t rename to u; insert into u default values; end $$', 'DO'],
  ['call p(1)', 'CALL'],
])('%s may commit by itself', async (sql, what) => {
  expect(await kindOf(sql)).toEqual({ kind: 'procedure', what });
});

const OF_SESSION = [
  'set lock_timeout = 5',
  'set session search_path to a, b',
  'SET /* why */ ROLE "none"',
  'set session authorization default',
  'set session characteristics as transaction read write',
  'reset role',
  'reset all',
  'discard plans',
  'discard temp',
  `select pg_catalog.set_config('search_path', '', false)`,
  'listen a',
  'unlisten *',
  `prepare q as select 1`,
  'deallocate all',
];
test.each(OF_SESSION)('%s changes only the session', async (sql) => {
  expect(await kindOf(sql)).toEqual({ kind: 'setting', scope: 'session' });
});

/** Each with what does the same for the session. */
const LOCAL: readonly (readonly [string, string])[] = [
  ['set local lock_timeout = 5', 'set       lock_timeout = 5'],
  ['Set /* local */ LOCAL\n time zone local', 'Set /* local */      \n time zone local'],
  ['set local role "none"', 'set       role "none"'],
  [`select set_config('search_path', '', true)`, `select set_config('search_path', '', false)`],
  [
    `select /* ä true */ pg_catalog.set_config('a.ä', 'true', TRUE), set_config('a.c', '', 'yes'::bool)`,
    `select /* ä true */ pg_catalog.set_config('a.ä', 'true', false), set_config('a.c', '', 'false'::bool)`,
  ],
];
const OF_TRANSACTION = LOCAL.map(([sql]) => sql);
test.each(LOCAL)('%s changes only the transaction', async (sql, forSession) => {
  expect(await kindOf(sql)).toEqual({ kind: 'setting', scope: 'transaction', forSession });
});

test('a statement that sets for both, is made to set for the session', async () => {
  expect(await kindOf(`select set_config('a.b', '', true), set_config('a.c', '', false)`)).toEqual({
    ...{ kind: 'setting', scope: 'session' },
    forSession: `select set_config('a.b', '', false), set_config('a.c', '', false)`,
  });
});

test.each([
  `select 1, set_config('a.b', '1', true)`,
  `select set_config('a.b', '1', current_setting('a.local')::bool)`,
  `insert into t select set_config('a.b', '1', true)::int`,
  `with a as (select set_config('a.b', '1', true)) select from a`,
])('%s sets for the transaction among other things', async (sql) => {
  expect(await kindOf(sql)).toEqual({ kind: 'transactional', setsLocal: true });
});

test.each([
  ['set transaction isolation level read committed', 'SET TRANSACTION'],
  ['SET -- a\n CONSTRAINTS a, b immediate', 'SET CONSTRAINTS'],
])('%s is told from other settings', async (sql, what) => {
  expect(await kindOf(sql)).toEqual({ kind: 'setting', scope: 'transaction', what });
});

test.each(['copy t from stdin', 'copy t (a) from stdin with (format csv)'])(
  '%s has no input',
  async (sql) => {
    expect(await kindOf(sql)).toEqual({ kind: 'copy-from-stdin', what: 'COPY … FROM STDIN' });
  },
);

test.each(['copy t to stdout', 'copy (select 1) to stdout with (format csv)'])(
  '%s has no reader',
  async (sql) => {
    expect(await kindOf(sql)).toEqual({ kind: 'copy-from-stdin', what: 'COPY … TO STDOUT' });
  },
);

const TRANSACTIONAL = [
  'create table new (a int)',
  'create index on t (a)',
  'drop index i',
  'reindex table t',
  'reindex (concurrently false) index i',
  'cluster t using i',
  'analyze t',
  'refresh materialized view concurrently mv',
  `copy t from program 'true'`,
  `copy t to program 'cat'`,
  `copy t to '/tmp/t'`,
  `alter type e rename value 'x' to 'y'`,
  'alter database template1 set work_mem = 1000',
  'create sequence sq start with 5',
  'update t set a = case when a > 1 then 2 end',
  'create table "vacuum" (begin int, value text)',
  'create function f() returns int begin atomic select 1; end',
  'alter table pt detach partition "S".p',
  'lock table t in share mode',
  'notify a',
  `select set_config('a.b', '1', false) from t`,
  `create subscription other connection 'host=x' publication p with (connect = false)`,
  'alter subscription s set publication q with (refresh = false)',
  'alter subscription s set (binary = on)',
];
test.each([...TRANSACTIONAL, 'this is not valid vacuum SQL'])('%s is transactional', async (sql) => {
  expect(await kindOf(sql)).toEqual({ kind: 'transactional' });
});

const SETUP = `
  create schema "S";
  create type e as enum ('x');
  create table t (a int); create table "S".t (a int);
  create index i on t (a); create index i on "S".t (a);
  create table pt (a int) partition by range (a);
  create table "S".p partition of pt for values from (1) to (2);
  create materialized view mv as select 1 as a; create unique index on mv (a);
  create subscription s connection 'host=x' publication p with (connect = false)`;
const DISABLED =
  'alter subscription s disable; alter subscription s set (slot_name = none); drop subscription s';

test('the server itself says the same in a transaction', () =>
  withDatabase(async ({ sql, name }) => {
    await sql.unsafe(SETUP);
    const answer = async (statement: string) => {
      const connection = await sql.reserve();
      try {
        await connection.unsafe('begin').simple();
        return await connection
          .unsafe(statement)
          .simple()
          .then(
            () => 'done',
            ({ code }) => code,
          );
      } finally {
        await connection.unsafe('rollback').simple();
        connection.release();
      }
    };
    try {
      const refused: Record<string, unknown> = {};
      // A subscription that is not enabled refuses to refresh, whatever is around it.
      await sql.unsafe('alter subscription s enable');
      for (const [statement] of ALONE) {
        // PostgreSQL 14 and 15 want the name.
        refused[statement] = await answer(statement.replace(/(?<=^reindex database)$/, ` ${name}`));
      }
      await sql.unsafe('alter subscription s disable');
      expect(refused).toEqual(Object.fromEntries(ALONE.map(([statement]) => [statement, '25001'])));
      const allowed: Record<string, unknown> = {};
      const all = [...TRANSACTIONAL, ...OF_SESSION, ...OF_TRANSACTION];
      for (const statement of all) allowed[statement] = await answer(statement);
      expect(allowed).toEqual(Object.fromEntries(all.map((statement) => [statement, 'done'])));
    } finally {
      await sql.unsafe(DISABLED);
    }
  }));

test.each<[string, boolean]>([
  [`insert into settings (value) values ('x')`, false],
  [`/* a */ -- b\n INSERT INTO t (value, "begin") VALUES ('x')`, false],
  [`( values ('x'), (database) )`, false],
  [`with value as (select 1) delete from t`, false],
  [`update t set value = case when a then b end`, false],
  [`comment on database d is 'x'`, false],
  [`insert into t values ('set_config')`, false],
  ['create table t (a int)', false],
  [`do $$ begin perform '${'x'.repeat(1_000_000)}'; end $$`, false],
  [`/* a */ set search_path to a`, true],
  [`select set_config('a', 'b', false)`, true],
  [`/* a */ select /* b */ set_config('a', 'b', false)`, true],
  ['create index concurrently i on t (a)', true],
])('bulk data, and what no word makes suspicious, never reaches the parser: %.60s', (sql, expected) => {
  const [statement] = splitStatements(sql, VOCABULARY);
  expect(statement && needsParser(statement)).toBe(expected);
});
