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
      "DO $$ DECLARE t text; BEGIN EXECUTE format('DELETE FROM %I', t); END $$",
      ['EXECUTE of "DELETE FROM %I" in a DO block'],
    ],
    ["DO $$ BEGIN EXECUTE format('DELETE FROM %2$I', 1, 'users'); END $$", ['DELETE users']],
    ["DO $$ BEGIN EXECUTE 'DROP TYPE t; DELETE FROM ' || quote_ident('users'); END $$", ['DELETE users']],
    [
      "DO $$ DECLARE v text; BEGIN EXECUTE 'UPDATE users SET name = ' || quote_literal(v); END $$",
      ['UPDATE users name'],
    ],
    [
      "DO $$ DECLARE q text; BEGIN EXECUTE 'SELECT ' || q INTO q; END $$",
      ['EXECUTE of "SELECT %s" in a DO block'],
    ],
    [
      "DO $$ DECLARE f text; BEGIN EXECUTE format('SELECT %I()', f); END $$",
      ['EXECUTE of "SELECT %I()" in a DO block'],
    ],
    [
      "DO $$ DECLARE n int; BEGIN DECLARE n text; BEGIN EXECUTE 'SELECT ' || n; END; END $$",
      ['EXECUTE of "SELECT %s" in a DO block'],
    ],
    [
      "DO $$ DECLARE n int; BEGIN EXECUTE 'DELETE FROM part_' || n || ' WHERE true'; END $$",
      ['EXECUTE of "DELETE FROM part_%I" in a DO block'],
    ],
    ['DO $$ DECLARE q text; BEGIN EXECUTE q; END $$', ['EXECUTE in a DO block']],
    ['DO $$ DECLARE c refcursor; q text; BEGIN OPEN c FOR EXECUTE q; END $$', ['EXECUTE in a DO block']],
    ["DO $$ BEGIN EXECUTE 'no SQL'; END $$", ['a statement that the parser does not read']],
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
    [
      `DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.schemata WHERE schema_name = 'auth') THEN
        CREATE SCHEMA auth; GRANT ALL ON SCHEMA auth TO app; REVOKE ALL ON SCHEMA auth FROM PUBLIC; SET LOCAL x.y = 1;
        COMMENT ON SCHEMA auth IS 'x'; LOCK TABLE users; ANALYZE users; END IF; END $$`,
    ],
    [
      `DO $$ DECLARE a int[] := ARRAY[1]; r record; BEGIN a[abs(-1)] := (SELECT count(*) FROM users); r.x = a[1];
        IF (SELECT count(*) FROM users) > 1 THEN RAISE NOTICE '% rows', a[1]; END IF;
        FOR r IN SELECT tablename FROM pg_tables LOOP PERFORM pg_advisory_lock(1); END LOOP; END $$`,
    ],
    [
      `DO $$ DECLARE n bigint; low int; r record; t regclass; BEGIN EXECUTE 'SELECT count(*) FROM users' INTO n;
        EXECUTE format('SELECT count(*) FROM %I.%I WHERE x = %L AND y > %s', r.s, r.t, r.v, low) INTO n;
        FOR r IN EXECUTE 'SELECT * FROM ' || t || ' WHERE id < ' || low LOOP NULL; END LOOP;
        EXECUTE format('GRANT SELECT ON %I TO %I; CREATE POLICY p ON %1$I USING (%s)', r.t, CURRENT_USER, r.p);
      END $$`,
    ],
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
    for (const inside of [
      'PERFORM tidy()',
      'IF (SELECT tidy()) IS NULL THEN NULL; END IF',
      "EXECUTE 'SELECT tidy()'",
    ])
      expect(await left(`DO $$ BEGIN ${inside}; END $$`, writing, writing)).toEqual(['SELECT']);
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
    "CREATE ROLE b; DO $$ BEGIN EXECUTE 'CREATE ROLE ' || quote_ident('A'); END $$; GRANT b TO c; ALTER ROLE d LOGIN; DROP ROLE e; GRANT SELECT ON x TO f";
  expect(touchedRoles(await forwardStatements(sql))).toEqual(['A', 'b', 'c', 'd', 'e']);
});
