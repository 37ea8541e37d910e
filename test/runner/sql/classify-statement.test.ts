import { classifyStatement, VOCABULARY } from '../../../runner/src/sql/classify-statement';
import { splitStatements } from '../../../runner/src/sql/split-statements';

async function kindOf(sql: string) {
  const [statement] = splitStatements(sql, VOCABULARY);
  if (!statement) throw new Error('no statement');
  return classifyStatement(statement);
}

test.each([
  ['create index concurrently i on t (a)', 'CREATE INDEX CONCURRENTLY'],
  ['drop index concurrently if exists i', 'DROP INDEX CONCURRENTLY'],
  ['reindex index concurrently i', 'REINDEX CONCURRENTLY'],
  ['reindex (concurrently) table t', 'REINDEX CONCURRENTLY'],
  ['reindex schema s', 'REINDEX of a database'],
  ['vacuum (analyze) t', 'VACUUM'],
  ['cluster', 'CLUSTER of all tables'],
  ['create database d', 'CREATE DATABASE'],
  ['drop database d', 'DROP DATABASE'],
  ['alter database d set tablespace t', 'ALTER DATABASE … SET TABLESPACE'],
  [`create tablespace t location '/x'`, 'CREATE TABLESPACE'],
  ['drop tablespace t', 'DROP TABLESPACE'],
  ['alter system set work_mem = 1', 'ALTER SYSTEM'],
  [`create subscription s connection 'x' publication p`, 'CREATE SUBSCRIPTION'],
  ['drop subscription s', 'DROP SUBSCRIPTION'],
  ['alter table t detach partition p concurrently', 'ALTER TABLE … DETACH PARTITION CONCURRENTLY'],
])('%s can not run in a transaction', async (sql, what) => {
  expect(await kindOf(sql)).toMatchObject({ kind: 'non-transactional', what });
});

test('the index of a concurrent build is known', async () => {
  expect(await kindOf('create unique index concurrently "My I" on "S".t (a)')).toMatchObject({
    index: { name: 'My I', schema: 'S', table: 't' },
  });
  expect(await kindOf('create index concurrently on t (a)')).not.toHaveProperty('index');
});

test.each([
  ['begin', 'BEGIN'],
  ['start transaction isolation level serializable', 'START'],
  ['commit', 'COMMIT'],
  ['end', 'COMMIT'],
  ['rollback', 'ROLLBACK'],
  ['abort', 'ROLLBACK'],
  ['savepoint s', 'SAVEPOINT'],
  ['release s', 'RELEASE'],
  ['rollback to s', 'ROLLBACK TO'],
  [`prepare transaction 'x'`, 'PREPARE'],
])('%s is transaction control', async (sql, what) => {
  expect(await kindOf(sql)).toEqual({ kind: 'transaction-control', what });
});

test.each([`alter type t add value 'x'`, `ALTER TYPE "public"."t" ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'`])(
  '%s adds an enum value',
  async (sql) => {
    expect(await kindOf(sql)).toEqual({ kind: 'enum-value' });
  },
);

test('COPY FROM STDIN has no input', async () => {
  expect(await kindOf('copy t from stdin')).toEqual({ kind: 'copy-from-stdin' });
});

test.each([
  'create table t (a int)',
  'create index i on t (a)',
  'drop index i',
  'reindex table t',
  'cluster t using i',
  'analyze t',
  'copy t to stdout',
  `copy t from '/file'`,
  `alter type t rename value 'x' to 'y'`,
  'alter database d set work_mem = 1',
  'alter sequence s start with 5',
  'prepare p as select 1',
  'update t set value = case when a then b end',
  'create table "vacuum" (begin int, value text)',
  `do $$ begin commit; end $$`,
  'create function f() returns int begin atomic select 1; end',
  'alter table t detach partition p',
  'this is not valid vacuum SQL',
])('%s is transactional', async (sql) => {
  expect(await kindOf(sql)).toEqual({ kind: 'transactional' });
});

test('bulk data never reaches the parser, whatever its columns are called', async () => {
  const sql = `insert into settings (value) values ${`('x'),`.repeat(500_000)} ('y')`;
  const [statement] = splitStatements(sql, VOCABULARY);
  const started = Date.now();
  if (statement) expect(await classifyStatement(statement)).toEqual({ kind: 'transactional' });
  expect(statement?.words).toEqual(new Set(['VALUE']));
  expect(Date.now() - started).toBeLessThan(50);
});
