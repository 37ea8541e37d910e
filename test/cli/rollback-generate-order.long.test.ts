import { compareCatalogs } from '../../cli/src/catalog/compare-catalogs';
import { readCatalog as readForJudge } from '../../cli/src/catalog/read-catalog';
import { renderDifferences } from '../../cli/src/catalog/render-differences';
import { readCatalog } from '../../cli/src/rollback/generate/catalog-state';
import { applicationFacts } from '../../cli/src/rollback/generate/own-facts';
import { planBack } from '../../cli/src/rollback/generate/plan-back';
import { stepsOfPlan } from '../../cli/src/rollback/generate/steps-of-plan';
import { withDatabase } from '../support/database';
import { HISTORY } from './catalog-support';

/** Runs each migration, undoes it as a script does, and gives what the judge finds, who shares nothing with the plan. */
function differences(setup: string, migrations: readonly string[]): Promise<string[]> {
  return withDatabase(async (database) => {
    const { sql } = database;
    const [{ owner } = { owner: '' }] = await sql<{ owner: string }[]>`select current_user as owner`;
    await sql.unsafe(setup);
    const found: string[] = [];
    for (const migration of migrations) {
      const expected = await readForJudge(sql, HISTORY);
      const before = await readCatalog(database);
      await sql.unsafe(migration);
      const after = await readCatalog(database);
      const from = await applicationFacts(after.facts, HISTORY, owner);
      const to = await applicationFacts(before.facts, HISTORY, owner, from);
      const { steps } = stepsOfPlan({
        ...{ from, to, owner, virtual: before.virtual, actions: await planBack(from, to, owner) },
        ...{ labels: [], typeChanges: [], keysAside: [], rejected: new Map() },
      });
      await sql.unsafe(steps.map((step) => `${step.sql};`).join('\n'));
      found.push(renderDifferences(compareCatalogs(expected, await readForJudge(sql, HISTORY))));
      await sql.unsafe(migration);
    }
    return found;
  }, 1);
}

test('dropped tables come back with their columns in order, whatever these are written with', async () => {
  const found = await differences(
    `CREATE SCHEMA "Odd s";
CREATE FUNCTION gen(t text) RETURNS text LANGUAGE sql AS $$ select t || 'x' $$;
CREATE FUNCTION "Odd s".wrap(t text) RETURNS text LANGUAGE plpgsql AS $$ begin return public.gen(t); end $$;
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE DOMAIN "Odd s".code AS text CHECK (length(public.gen(VALUE)) > 0);
CREATE TABLE "Odd s"."T, (1)" ("a, ""b"" (" text DEFAULT gen('x, "b" text, ('), z int, m mood DEFAULT 'a',
  g int GENERATED ALWAYS AS (z * 2) STORED, c "Odd s".code DEFAULT 'q', e text DEFAULT E'it''s \\\\ , (', arr int[] DEFAULT ARRAY[1, 2],
  CONSTRAINT "ck, (" CHECK (z > 0), d "Odd s".code, s serial PRIMARY KEY, last text NOT NULL DEFAULT "Odd s".wrap('l'), i int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE part (id text DEFAULT gen('p') NOT NULL, b int NOT NULL, g int GENERATED ALWAYS AS (b + 1) STORED, c date) PARTITION BY RANGE (b);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (10);
CREATE TABLE part_2 (c date, "g" int GENERATED ALWAYS AS (b + 1) STORED, b int NOT NULL, id text DEFAULT gen('p') NOT NULL) PARTITION BY LIST (c);
ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES FROM (10) TO (20);
CREATE TABLE part_2_rest PARTITION OF part_2 DEFAULT;
CREATE TABLE stays (a int NOT NULL DEFAULT 1, b text COLLATE "C" DEFAULT 'x', c int CHECK (c > 0)) PARTITION BY LIST (a);
CREATE TABLE stays_1 (c int CONSTRAINT stays_c_check CHECK (c > 0), b text COLLATE "C" DEFAULT 'x', a int NOT NULL DEFAULT 1);
ALTER TABLE stays ATTACH PARTITION stays_1 FOR VALUES IN (1);
CREATE TABLE par (a int, b text DEFAULT gen('b'));
CREATE TABLE kid (k text DEFAULT gen('k'), l int, m int GENERATED ALWAYS AS (l) STORED, n text) INHERITS (par);
CREATE UNLOGGED TABLE holder (first text DEFAULT "Odd s".wrap('1'), second int, c "Odd s".code, third int GENERATED ALWAYS AS (second + 1) STORED, fourth int);
CREATE TABLE holder2 (i text DEFAULT gen('2'), r holder, j int);
CREATE VIEW hv AS SELECT first, third FROM holder;
CREATE TABLE counted (a int, b int, c int);
CREATE FUNCTION count_all() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM counted; END;
ALTER TABLE counted ALTER COLUMN b SET DEFAULT count_all();`,
    [
      `DROP TABLE "Odd s"."T, (1)"; DROP TABLE stays_1; DROP TABLE kid; DROP TABLE par;`,
      `DROP TABLE part; DROP VIEW hv; DROP TABLE holder2; DROP TABLE holder; DROP FUNCTION "Odd s".wrap; DROP DOMAIN "Odd s".code; DROP FUNCTION gen; DROP TYPE mood;`,
      'ALTER TABLE counted ALTER b DROP DEFAULT; DROP FUNCTION count_all; DROP TABLE counted;',
    ],
  );
  expect(found).toEqual(['', '', '']);
}, 60_000);

test('default privileges are as they were: of a schema they only add, of the whole database they replace', async () => {
  const found = await differences(
    `CREATE SCHEMA "Odd s";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO pg_monitor;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1';`,
    [
      `ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd s" GRANT EXECUTE ON FUNCTIONS TO pg_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd s" GRANT USAGE ON TYPES TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd s" GRANT USAGE ON SEQUENCES TO pg_monitor WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd s" GRANT ALL ON TABLES TO CURRENT_USER;`,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd s" REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd s" REVOKE GRANT OPTION FOR ALL ON SEQUENCES FROM pg_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd s" REVOKE INSERT ON TABLES FROM CURRENT_USER;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE UPDATE ON SEQUENCES FROM CURRENT_USER;
DROP FUNCTION f();`,
      `ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM CURRENT_USER;
DROP SCHEMA "Odd s";`,
    ],
  );
  expect(found).toEqual(['', '', '']);
}, 60_000);
