import { buildFactBase } from '@supabase/pg-delta/core';
import type { CatalogState } from '../../cli/src/rollback/generate/catalog-state';
import { findDataChanges } from '../../cli/src/rollback/generate/data-changes';
import { forwardStatements } from '../../cli/src/rollback/generate/forward-statements';
import type { ObjectIdentity } from '../../cli/src/rollback/generate/object-identity';
import { touchedRoles } from '../../cli/src/rollback/generate/touched-roles';
import { describeChange, lostRows, unrestoredData } from '../../cli/src/rollback/generate/unrestored-data';

/** A state with these tables, each `key name: column key name, …`; the schema is public. */
function state(
  tables: Readonly<Record<string, readonly string[]>>,
  functions: readonly string[] = [],
): CatalogState {
  const identities: ObjectIdentity[] = [
    { kind: 'schema', key: 'n1', parent: null, name: 'public', signature: null },
  ];
  for (const [table, columns] of Object.entries(tables)) {
    const [key = '', name = ''] = table.split(' ');
    identities.push({ kind: 'table', key, parent: 'n1', name, signature: null });
    for (const column of columns) {
      const [own = '', called = ''] = column.split(' ');
      identities.push({ kind: 'column', key: `${key}.${own}`, parent: key, name: called, signature: null });
    }
  }
  const schema = { id: { kind: 'schema' as const, name: 'public' }, payload: {} };
  const routines = functions.map((def) => ({
    id: {
      kind: 'function' as const,
      schema: 'public',
      name: /FUNCTION (\w+)/.exec(def)?.[1] ?? '',
      args: [],
    },
    parent: schema.id,
    payload: { def },
  }));
  return { facts: buildFactBase([schema, ...routines], []), diagnostics: [], identities, virtual: new Set() };
}

async function left(sql: string, before: CatalogState, after: CatalogState): Promise<string[]> {
  const changes = findDataChanges(await forwardStatements(sql));
  return unrestoredData(changes, before, after, PLACE).map(({ what, table, columns }) =>
    [what, table?.name, ...(columns ?? [])].filter(Boolean).join(' '),
  );
}

const PLACE = { schema: 'drizzle', table: 'history' };
const both = state({ 'c1 users': ['1 id', '2 name'] });

describe('the changes of rows that no diff undoes', () => {
  test.each([
    ["INSERT INTO users VALUES (1, 'a')", ['INSERT users']],
    [
      "INSERT INTO users VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 'x'",
      ['INSERT … ON CONFLICT DO UPDATE users'],
    ],
    ["UPDATE public.users SET name = 'x', id = 2", ['UPDATE users name id']],
    ['DELETE FROM "users"', ['DELETE users']],
    ['TRUNCATE users', ['TRUNCATE users']],
    ["COPY users FROM '/tmp/x'", ['COPY users']],
    ['WITH gone AS (DELETE FROM users RETURNING id) SELECT count(*) FROM gone', ['DELETE users']],
    ['MERGE INTO users USING (SELECT 1 AS x) s ON users.id = s.x WHEN MATCHED THEN DELETE', ['MERGE users']],
    ["DO $$ BEGIN IF true THEN UPDATE users SET name = 'x'; END IF; END $$", ['UPDATE users name']],
    [
      "DO $$ BEGIN EXECUTE format('DELETE FROM %I', 'users'); END $$",
      ['EXECUTE of "DELETE FROM %I" in a DO block'],
    ],
    ['DO $$ DECLARE q text; BEGIN EXECUTE q; END $$', ['EXECUTE in a DO block']],
    ['CALL tidy()', ['CALL of a procedure']],
    ['ALTER TABLE users ALTER name TYPE int USING length(name)', ['TYPE … USING an expression users name']],
    [`UPDATE users SET name = '${'x'.repeat(200_001)}'`, ['UPDATE users']],
  ])('%.70s', async (sql, expected) => {
    expect(await left(sql, both, both)).toEqual(expected);
  });

  test.each([
    ['ALTER TABLE users ALTER name TYPE int USING name::text::int'],
    ['SELECT count(*) FROM users'],
    ["SELECT setval('users_id_seq', 7)"],
    ['CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM users $$'],
    ['CREATE VIEW v AS SELECT 1'],
    ["DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD x int'; CREATE TYPE t AS ENUM (); END $$"],
    ['CREATE TEMP TABLE note AS SELECT 1 AS x; INSERT INTO note VALUES (2)'],
  ])('nothing is left to a person by %s', async (sql) => {
    expect(await left(sql, both, both)).toEqual([]);
  });

  test('rows of a table that the migration makes go with it; those of one that it drops are gone anyway', async () => {
    const without = state({});
    expect(await left('INSERT INTO users VALUES (1)', without, both)).toEqual([]);
    expect(await left('DELETE FROM users', both, without)).toEqual([]);
  });

  test('a new column is filled without a trace, together with an old one it is not', async () => {
    const before = state({ 'c1 users': ['1 id'] });
    expect(await left("UPDATE users SET name = 'x'", before, both)).toEqual([]);
    expect(await left("UPDATE users SET name = 'x', id = 1", before, both)).toEqual(['UPDATE users name id']);
  });

  test('a renamed table is the same table under both names', async () => {
    const renamed = state({ 'c1 people': ['1 id', '2 name'] });
    expect(await left('DELETE FROM users', both, renamed)).toEqual(['DELETE users']);
    expect(await left('DELETE FROM people', both, renamed)).toEqual(['DELETE people']);
  });

  test('a table of the same name that was made anew has no rows of before', async () => {
    expect(await left('DELETE FROM users', both, state({ 'c2 users': ['1 id'] }))).toEqual([]);
  });

  test('what is written into the history is no change of the application', async () => {
    const known = state({ 'c1 history': ['1 id'] });
    expect(await left('DELETE FROM drizzle.history', known, known)).toEqual([]);
    expect(await left('DELETE FROM public.history', known, known)).toEqual(['DELETE history']);
  });

  test('a function that may write is told, one that can not is not', async () => {
    const head = 'CREATE OR REPLACE FUNCTION tidy()\n RETURNS void\n LANGUAGE sql\n';
    const writing = state({}, [`${head}AS $function$ DELETE FROM users -- STABLE\n $function$`]);
    const reading = state({}, [`${head} STABLE\nAS $function$ SELECT 1 $function$`]);
    expect(await left('SELECT tidy()', writing, writing)).toEqual(['SELECT']);
    expect(await left('SELECT tidy()', reading, reading)).toEqual([]);
    expect(await left('DO $$ BEGIN PERFORM tidy(); END $$', writing, writing)).toEqual(['SELECT']);
  });

  test.each([
    [
      "UPDATE users SET name = 'x', id = 2",
      ['the values that "users"."name" had', 'the values that "users"."id" had'],
    ],
    ['DELETE FROM users; DELETE FROM users WHERE id = 1', ['the rows that DELETE took from "users"']],
    ['TRUNCATE users', ['the rows that TRUNCATE took from "users"']],
    [
      'INSERT INTO users VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2',
      ['rows of "users" as they were before INSERT … ON CONFLICT DO UPDATE'],
    ],
    ['INSERT INTO users VALUES (1)', []],
    ['CALL tidy()', ['rows that the migration may have changed (CALL of a procedure)']],
  ])('the head says what %j has taken away', async (sql, lost) => {
    const changes = findDataChanges(await forwardStatements(sql));
    expect(lostRows(unrestoredData(changes, both, both, PLACE))).toEqual(lost);
  });

  test('the line says where, what and what to do', async () => {
    const [change] = findDataChanges(await forwardStatements('SELECT 1;\n\nUPDATE app.users SET "Name" = 1'));
    expect(change && describeChange(change)).toBe(
      'line 3 of the migration changes rows: UPDATE on "app"."users" ("Name"). Write here what undoes it, or SELECT 1; where nothing must, and take this line away.',
    );
  });
});

test('the roles that a migration touches are found, also in a block', async () => {
  const sql =
    'CREATE ROLE b; DO $$ BEGIN CREATE ROLE "A"; END $$; GRANT b TO c; ALTER ROLE d LOGIN; DROP ROLE e; GRANT SELECT ON x TO f';
  expect(touchedRoles(await forwardStatements(sql))).toEqual(['A', 'b', 'c', 'd', 'e']);
});
