import type postgres from 'postgres';
import { readJournal } from '../../core/journal';
import { disagrees, renderEvidence } from '../../runner/src/adopt/evidence';
import { type Expectation, expectMigrations } from '../../runner/src/adopt/expected/expect-migrations';
import { gatherEvidence } from '../../runner/src/adopt/gather-evidence';
import { apply, journal } from '../migrations/reference-folder';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { sessionOf } from '../support/session-of';

interface Shape {
  readonly name: string;
  /** One migration each. */
  readonly sql: readonly string[];
  /** What was done to the database by hand, and what the evidence then says. */
  readonly damage?: readonly (readonly [sql: string, ...says: string[]])[];
  readonly unknown?: readonly string[];
}

/** In the forms that drizzle-kit and people write. */
const SHAPES: readonly Shape[] = [
  {
    name: 'a table that takes the name of a type',
    sql: ['create type mood as enum ()', 'drop type mood; create table mood (a int)'],
    damage: [
      ['drop table mood', 'absent: table mood'],
      ['drop table mood; create type mood as enum ()', 'absent: table mood', 'left over: type mood'],
    ],
  },
  {
    name: 'a table, its columns, constraints and indexes',
    sql: [
      `CREATE TABLE "users" (
        "id" serial PRIMARY KEY NOT NULL,
        "email" varchar(320) NOT NULL,
        "balance" numeric(12, 2) DEFAULT '0',
        "n" numeric(5), "tags" text[] DEFAULT '{}' NOT NULL,
        "at" timestamp (3) with time zone DEFAULT now() NOT NULL,
        "code" char(2), "d" interval day to second (3),
        CONSTRAINT "users_email_unique" UNIQUE("email"),
        CONSTRAINT "positive" CHECK ("users"."balance" >= 0)
      );--> statement-breakpoint
      CREATE INDEX "users_lower_idx" ON "users" USING btree (lower("email"))`,
    ],
    damage: [
      ['drop index users_lower_idx', 'absent: index users_lower_idx'],
      [
        'alter table users drop email',
        'absent: column users.email',
        'absent: constraint users_email_unique on users',
        'absent: index users_lower_idx',
      ],
      [
        'alter table users alter email type text',
        'different: column users.email (its type is text, not varchar(320))',
      ],
      [
        'alter table users alter balance type numeric(10,2)',
        'different: column users.balance (its type is numeric(10,2), not numeric(12,2))',
      ],
      [
        'alter table users alter tags drop not null, alter tags drop default',
        'different: column users.tags (not NOT NULL, without its default)',
      ],
      ['alter table users drop constraint positive', 'absent: constraint positive on users'],
      ['alter table users drop constraint users_pkey', 'absent: constraint users_pkey on users'],
      ['drop table users', 'absent: table users', 'absent: index users_lower_idx'],
    ],
  },
  {
    name: 'created, renamed and dropped again: the net effect counts',
    sql: [
      'create table "one" (a int, b int, c int); create table two (); create index i on one (a); create view v as select a from one',
      'drop view v; alter table one rename to uno; alter table uno rename column a to alpha; alter index i rename to j',
      'alter table uno drop column b; drop table two; alter table uno add constraint k check (c > 0); alter table uno rename constraint k to l',
    ],
    damage: [
      ['create table one ()', 'left over: table one'],
      ['create table two ()', 'left over: table two'],
      ['alter table uno rename alpha to a', 'absent: column uno.alpha', 'left over: column uno.a'],
      ['alter table uno add b int', 'left over: column uno.b'],
      ['alter index j rename to i', 'absent: index j', 'left over: index i'],
    ],
  },
  {
    name: 'enums: a value added, one renamed, and the type made anew as drizzle-kit does to remove one',
    sql: [
      `CREATE TYPE "public"."role" AS ENUM('a', 'b'); CREATE TYPE mood AS ENUM ('x', 'y'); CREATE TABLE t (r role DEFAULT 'a' NOT NULL, m mood)`,
      `ALTER TYPE "public"."mood" ADD VALUE IF NOT EXISTS 'z' BEFORE 'y'; ALTER TYPE mood RENAME VALUE 'x' TO 'w'`,
      `ALTER TABLE "t" ALTER COLUMN "r" SET DATA TYPE text; ALTER TABLE t ALTER r SET DEFAULT 'b'::text; DROP TYPE "public"."role";
       CREATE TYPE "public"."role" AS ENUM('b'); ALTER TABLE t ALTER r SET DEFAULT 'b'::role;
       ALTER TABLE "t" ALTER COLUMN "r" SET DATA TYPE "public"."role" USING "r"::"public"."role"`,
      'alter type mood rename to temper',
    ],
    damage: [
      ["alter type role add value 'a'", "different: type role (with the value 'a' as well)"],
      [
        "alter type temper rename value 'z' to 'q'",
        "different: type temper (without the value 'z', with the value 'q' as well)",
      ],
      [
        'alter table t alter r drop default, alter r type text',
        'different: column t.r (its type is text, not public.role, without its default)',
      ],
      ['alter type temper rename to mood', 'absent: type temper', 'left over: type mood'],
    ],
  },
  {
    name: 'schemas and quoted names',
    sql: [
      `CREATE SCHEMA "my app"; CREATE TABLE "my app"."Select" ("from" integer GENERATED ALWAYS AS IDENTITY, "Wörd" text, "we""ird" "char"); CREATE TYPE "my app"."E" AS ENUM ('it''s')`,
      `ALTER TABLE "my app"."Select" ADD COLUMN "e" "my app"."E"[]; ALTER TABLE "my app"."Select" SET SCHEMA public; CREATE INDEX "An Index" ON "Select" ("Wörd")`,
      'set search_path to "my app"; create table inside (a int)',
      'alter schema "my app" rename to app',
    ],
    damage: [
      ['drop table app.inside', 'absent: table app.inside'],
      ['drop index "An Index"', 'absent: index An Index'],
      ['create schema "my app"', 'left over: schema my app'],
    ],
  },
  {
    name: 'functions, triggers, policies, views, sequences, partitions and extensions',
    sql: [
      `create table t (id bigint, at date) partition by range (at); create table t_2024 partition of t for values from ('2024-01-01') to ('2025-01-01');
       create function f(a integer, out b text) language sql as 'select null::text'; create function f(a text[]) returns void language sql as '';
       create function g() returns trigger language plpgsql as $$ begin return new; end $$; create trigger tr before insert on t for each row execute function g();
       create policy p on t using (id > 0); alter table t enable row level security; create sequence s owned by t.id;
       create materialized view m as select id from t; create or replace view w as select * from m; create extension if not exists plpgsql`,
      'drop function f(integer); drop policy if exists old on t; alter materialized view m rename to n',
    ],
    damage: [
      ['drop function f(text[])', 'absent: function f(text[])'],
      ["create function f(int) returns void language sql as ''", 'left over: function f(int4)'],
      ['drop trigger tr on t', 'absent: trigger tr on t'],
      ['drop policy p on t', 'absent: policy p on t'],
      ['alter table t disable row level security', 'different: table t (row level security is off)'],
      ['drop sequence s', 'absent: sequence s'],
      ['drop view w', 'absent: view w'],
      ['drop table t_2024', 'absent: table t_2024'],
    ],
  },
  {
    name: 'blocks that drizzle-kit wrote are read, others are unknown',
    sql: [
      `DO $$ BEGIN
 CREATE TYPE "public"."kind" AS ENUM('a');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "p" ("id" integer PRIMARY KEY, "gone" int);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "c" ("p" integer, "k" "kind");
--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "c" ADD CONSTRAINT "c_p_fk" FOREIGN KEY ("p") REFERENCES "public"."p"("id") ON DELETE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;`,
      `do $$ begin if true then alter table p drop column gone; end if; end $$; insert into p values (1); grant select on p to public; select count(*) from c`,
    ],
    unknown: ["unknown: column p.gone (a statement of 0001_m that can't be read names it)"],
    damage: [
      ['alter table c drop constraint c_p_fk', 'absent: constraint c_p_fk on c'],
      ['alter table c drop k; drop type kind', 'absent: type kind', 'absent: column c.k'],
    ],
  },
  {
    name: 'what a block may have changed stays unknown, though a later statement changes something else of it',
    sql: [
      `CREATE TYPE k AS ENUM('a','c'); CREATE TYPE old AS ENUM('a'); CREATE TABLE t (a int, b int NOT NULL, c int)`,
      `DO $$ BEGIN ALTER TYPE k ADD VALUE 'b' BEFORE 'c'; ALTER TYPE old ADD VALUE 'b'; END $$;
       DO $$ BEGIN ALTER TABLE t ADD d int; ALTER TABLE t ALTER a TYPE text; ALTER TABLE t ALTER b DROP NOT NULL; ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t DISABLE ROW LEVEL SECURITY; END $$`,
      `ALTER TYPE k ADD VALUE 'd'; ALTER TYPE old RENAME TO young; ALTER TABLE t ADD e int; ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t ALTER b SET DEFAULT 1; ALTER TABLE t ENABLE ROW LEVEL SECURITY`,
    ],
    unknown: [
      "unknown: type k (a statement of 0001_m that can't be read names it)",
      "unknown: type young (a statement of 0001_m that can't be read names it)",
      "unknown: column t.a (a statement of 0001_m that can't be read names it)",
      "unknown: column t.b (a statement of 0001_m that can't be read names it)",
    ],
    damage: [
      ['alter table t drop e', 'absent: column t.e'],
      ['alter table t disable row level security', 'different: table t (row level security is off)'],
    ],
  },
  {
    name: 'what goes with something else is not expected any more',
    sql: [
      `create table a (id int primary key, x int); create table b (a int references a (id)); create index ax on a (x); create view av as select x from a;
       create type ty as enum ('q'); alter table b add t ty; create table serial (id serial); create temp table scratch (a int); insert into scratch values (1)`,
      'drop table a cascade; drop type ty cascade; drop table serial; create table a (id int); create temp table plan (a int); create index on plan (a)',
    ],
    damage: [['create type ty as enum ()', 'left over: type ty']],
  },
  {
    name: 'constraints: not validated, by index, and what changes nullability',
    sql: [
      'create table t (a int, b int, c int not null); create unique index ti on t (a)',
      'alter table t add constraint pk primary key using index ti; alter table t add constraint v check (b > 0) not valid; alter table t alter c drop not null',
      'alter table t validate constraint v; alter table t drop constraint pk; alter table only t alter b set not null',
    ],
    damage: [
      [
        'alter table t drop constraint v, add constraint v check (b > 0) not valid',
        'different: constraint v on t (not validated)',
      ],
      ['alter table t alter c set not null', 'different: column t.c (NOT NULL)'],
    ],
  },
  {
    name: 'a default of NULL, which PostgreSQL keeps for some types and not for others',
    sql: [
      `CREATE TABLE t (a varchar(256) DEFAULT NULL, b numeric(5, 2) DEFAULT NULL, c char(3) DEFAULT NULL, d timestamp(3) DEFAULT NULL,
        e int DEFAULT NULL, f text DEFAULT NULL::text, g varchar(9) DEFAULT 'x', h int DEFAULT 1)`,
      'ALTER TABLE t ALTER g SET DEFAULT NULL, ALTER h SET DEFAULT NULL',
    ],
  },
  {
    name: 'several keys on the same columns in one definition are one',
    sql: [
      `CREATE TABLE t (id text PRIMARY KEY, CONSTRAINT t_id_unique UNIQUE(id)); CREATE TABLE u (id text UNIQUE PRIMARY KEY);
       CREATE TABLE v (a int, b int, UNIQUE (a, b), CONSTRAINT v_b_a UNIQUE (b, a), CONSTRAINT v_a_b UNIQUE (a, b)); CREATE TABLE w ()`,
      'ALTER TABLE w ADD COLUMN id int PRIMARY KEY CONSTRAINT w_id UNIQUE; ALTER TABLE u ADD CONSTRAINT again UNIQUE (id)',
    ],
    damage: [
      ['alter table t drop constraint t_id_unique', 'absent: constraint t_id_unique on t'],
      ['alter table u drop constraint again', 'absent: constraint again on u'],
      ['alter table v drop constraint v_a_b', 'absent: constraint v_a_b on v'],
      ['alter table v drop constraint v_b_a', 'absent: constraint v_b_a on v'],
      ['alter table w drop constraint w_id', 'absent: constraint w_id on w'],
    ],
  },
  {
    name: 'an index becomes a constraint, and takes its name',
    sql: [
      `CREATE TABLE t (a int, b int, c int); CREATE UNIQUE INDEX x ON t (a); CREATE UNIQUE INDEX x_new ON t (a); CREATE UNIQUE INDEX y ON t (b);
       CREATE UNIQUE INDEX z ON t (c)`,
      `DROP INDEX x; ALTER TABLE t ADD CONSTRAINT x UNIQUE USING INDEX x_new; ALTER TABLE t ADD UNIQUE USING INDEX y;
       DROP INDEX z; ALTER TABLE t ADD CONSTRAINT z UNIQUE (c)`,
    ],
    damage: [
      ['create index x_new on t (a)', 'left over: index x_new'],
      ['alter table t drop constraint y', 'absent: constraint y on t'],
      ['alter table t drop constraint x; create index x on t (a)', 'absent: constraint x on t'],
    ],
  },
  {
    name: 'a constraint without a name of its own is renamed by its index, or made anew with one',
    sql: [
      'CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE); CREATE TABLE u (id int PRIMARY KEY, a int UNIQUE)',
      `ALTER INDEX t_pkey RENAME TO x; ALTER TABLE t RENAME CONSTRAINT t_a_key TO y;
       ALTER TABLE u DROP CONSTRAINT u_a_key; ALTER TABLE u ADD CONSTRAINT z UNIQUE (a)`,
    ],
    damage: [
      [
        'alter table t rename constraint x to t_pkey',
        'absent: constraint x on t',
        'left over: constraint t_pkey on t',
      ],
      ['alter table t drop constraint y', 'absent: constraint y on t'],
      ['alter table u add constraint u_a_key unique (a)', 'left over: constraint u_a_key on u'],
    ],
  },
  {
    name: 'what a block may have dropped takes along what depends on it: that is unknown too',
    sql: [
      `CREATE TABLE t (id text PRIMARY KEY, ext text, keep int, CONSTRAINT t_ext_unique UNIQUE(ext)); CREATE INDEX t_lookup ON t (lower(ext));
       CREATE INDEX t_keep ON t (keep); CREATE TABLE u (id int PRIMARY KEY, n int); CREATE TABLE r (u int CONSTRAINT r_u REFERENCES u, n int);
       CREATE TYPE e AS ENUM ('a'); CREATE TABLE typed (e e, f int); CREATE INDEX typed_e ON typed (e);
       CREATE TABLE called (a int, b int); CREATE INDEX called_a ON called (a); CREATE INDEX called_b ON called (b);
       CREATE TABLE k (id int CONSTRAINT k_id PRIMARY KEY); CREATE TABLE kr (k int CONSTRAINT kr_k REFERENCES k)`,
      `DO $$ BEGIN ALTER TABLE t DROP COLUMN ext; END $$; DO $$ BEGIN DROP TABLE u CASCADE; END $$; DO $$ BEGIN DROP TYPE e CASCADE; END $$;
       DO $$ BEGIN ALTER TABLE k DROP CONSTRAINT k_id CASCADE; END $$;
       CREATE FUNCTION inner_one() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE called DROP COLUMN a; END $$;
       CREATE OR REPLACE FUNCTION public."drop_it"() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM inner_one(); END $$;
       SELECT drop_it()`,
    ],
    unknown: [
      ...['column t.ext', 'constraint t_ext_unique on t', 'index t_lookup'],
      ...['table u', 'constraint r_u on r', 'type e', 'column typed.e', 'index typed_e'],
      ...['column called.a', 'index called_a', 'constraint k_id on k', 'constraint kr_k on kr'],
    ].map((object) => `unknown: ${object} (a statement of 0001_m that can't be read names it)`),
    damage: [
      ['drop index t_keep', 'absent: index t_keep'],
      ['drop index called_b', 'absent: index called_b'],
      ['alter table t drop keep', 'absent: column t.keep', 'absent: index t_keep'],
    ],
  },
  {
    name: 'a guarded block changes nothing where what it adds is there by that name, cut to what PostgreSQL keeps',
    sql: [
      `CREATE TABLE g (id int PRIMARY KEY); CREATE TYPE mood AS ENUM ('a');
       CREATE TABLE x (g int, f int, CONSTRAINT "federated_graphs_to_feature_flag_schema_versions_federated_graph_id_f_pk" PRIMARY KEY (g, f))`,
      `DO $$ BEGIN
 ALTER TABLE x ADD CONSTRAINT "federated_graphs_to_feature_flag_schema_versions_federated_graph_id_g_id_fk" FOREIGN KEY (g) REFERENCES g(id);
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
DO $$ BEGIN CREATE TYPE mood AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN null; END $$;
DO $$ BEGIN ALTER TABLE g ADD COLUMN n int; ALTER TABLE g ADD COLUMN id text; EXCEPTION WHEN duplicate_column THEN null; END $$;`,
    ],
    damage: [
      [
        'alter table x drop constraint federated_graphs_to_feature_flag_schema_versions_federated_grap',
        'absent: constraint federated_graphs_to_feature_flag_schema_versions_federated_grap on x',
      ],
      ["alter type mood add value 'b'", "different: type mood (with the value 'b' as well)"],
    ],
  },
  {
    name: 'CASCADE is followed, whatever it is said of',
    sql: [
      `CREATE TABLE u (id int PRIMARY KEY, ext int CONSTRAINT u_ext UNIQUE, more int UNIQUE); CREATE TABLE t (
         a int CONSTRAINT t_id REFERENCES u, b int CONSTRAINT t_ext REFERENCES u (ext), c int CONSTRAINT t_more REFERENCES u (more));
       CREATE TABLE o (a int, b int, c int); CREATE VIEW oa AS SELECT a FROM o; CREATE VIEW ob AS SELECT b FROM o; CREATE VIEW oo AS SELECT * FROM oa;
       CREATE VIEW both_of AS SELECT o.b, t.c FROM o, t;
       CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
       CREATE TRIGGER tr BEFORE UPDATE OF a ON o FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER trb BEFORE UPDATE OF b ON o FOR EACH ROW EXECUTE FUNCTION f();
       CREATE SCHEMA s; CREATE TABLE s.u (id int PRIMARY KEY); CREATE TABLE into_s (a int CONSTRAINT into_s_fk REFERENCES s.u)`,
      `ALTER TABLE u DROP CONSTRAINT u_pkey CASCADE; ALTER TABLE u DROP COLUMN ext CASCADE; ALTER TABLE o DROP COLUMN a CASCADE; ALTER TABLE o DROP COLUMN c;
       DROP SCHEMA s CASCADE`,
    ],
    damage: [
      ['alter table t drop constraint t_more', 'absent: constraint t_more on t'],
      ['drop view ob', 'absent: view ob'],
      ['drop view both_of', 'absent: view both_of'],
      ['drop trigger trb on o', 'absent: trigger trb on o'],
      ['drop table into_s', 'absent: table into_s'],
    ],
  },
  {
    name: 'what an extension took along is unknown, the rest is not',
    sql: [
      `CREATE EXTENSION citext; CREATE TABLE t (id int PRIMARY KEY, a citext, b text); CREATE INDEX t_a ON t (a); CREATE INDEX t_b ON t (b)`,
      'DROP EXTENSION citext CASCADE; CREATE EXTENSION citext',
      'CREATE INDEX later ON t (b)',
    ],
    unknown: ['column t.a', 'index t_a'].map(
      (object) => `unknown: ${object} (a DROP EXTENSION … CASCADE of 0001_m may have taken it along)`,
    ),
    damage: [
      [
        'alter table t drop b',
        'absent: column t.b',
        'absent: index later',
        'unknown: index t_b (a DROP EXTENSION … CASCADE of 0001_m may have taken it along)',
      ],
      ['alter table t drop constraint t_pkey', 'absent: constraint t_pkey on t'],
      ['drop index later', 'absent: index later'],
    ],
  },
  {
    name: 'a first migration that is only a comment, over tables made elsewhere',
    sql: [
      '-- Current sql file was generated after introspecting the database\n/*\nCREATE TABLE "users" ("id" int);\n*/',
      'ALTER TABLE "users" ADD COLUMN IF NOT EXISTS "name" text; ALTER TABLE users RENAME COLUMN id TO uid; alter index if exists nosuch rename to other',
    ],
    damage: [['alter table users drop name', 'absent: column users.name']],
  },
];

const expectationOf = (folder: string) => expectMigrations(readJournal(folder).migrations, ['public']);

async function evidenceOf(sql: Pick<postgres.Sql, 'unsafe'>, expectation: Expectation): Promise<string[]> {
  const evidence = await gatherEvidence(sessionOf(sql), expectation, 'public');
  expect(evidence.length).toBeGreaterThan(0);
  return evidence.filter((each) => disagrees(each) || each.state === 'unknown').map(renderEvidence);
}

test.concurrent.each(SHAPES)('$name', ({ name, sql: files, damage = [], unknown = [] }) =>
  withDatabase(async ({ sql }) => {
    if (name.includes('made elsewhere')) await sql.unsafe('create table users (id int)');
    const folder = migrationsFolder(files.map((text, index) => ({ tag: `000${index}_m`, sql: text })));
    const expectation = await expectationOf(folder);
    for (const text of files) {
      for (const part of text.split('--> statement-breakpoint')) await sql.unsafe(`${part};`);
      await sql.unsafe('discard all');
    }
    expect(await evidenceOf(sql, expectation)).toEqual(unknown);
    for (const [text, ...says] of damage) {
      await sql.begin(async (transaction) => {
        await transaction.unsafe(text);
        expect([text, ...(await evidenceOf(transaction, expectation))].sort()).toEqual(
          [text, ...says, ...unknown].sort(),
        );
        await transaction.unsafe('rollback; begin');
      });
    }
  }),
);

test.concurrent('an object of the reference schema is missed when it is dropped, whichever it is', () =>
  withDatabase(async ({ sql }) => {
    await apply(sql, journal.migrations);
    const expectation = await expectationOf(journal.folder);
    const drops = await sql<{ drop: string }[]>`
      select format('drop table %I cascade', tablename) as drop from pg_tables where schemaname = 'public'
      union all select format('drop view %I cascade', viewname) from pg_views where schemaname = 'public'
      union all select format('drop trigger %I on %s', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal
      union all select format('drop type %s cascade', oid::regtype) from pg_type where typtype = 'e'
      union all select format('drop function %s cascade', oid::regprocedure) from pg_proc where pronamespace = 'public'::regnamespace
      union all select format('alter table %s drop constraint %I cascade', conrelid::regclass, conname) from pg_constraint
        where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n'
      union all select format('alter table %s drop column %I cascade', attrelid::regclass, attname) from pg_attribute
        join pg_class c on c.oid = attrelid where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0
      union all select format('drop index %s', indexrelid::regclass) from pg_index join pg_class c on c.oid = indexrelid
        where relnamespace = 'public'::regnamespace and not exists (select from pg_constraint where conindid = indexrelid)`;
    expect(drops.length).toBeGreaterThan(150);
    expect(await evidenceOf(sql, expectation)).toEqual([]);
    const missed: string[] = [];
    // All of them take a minute; every seventh is one of each kind.
    for (const { drop } of drops.filter((_, index) => index % 7 === 0)) {
      await sql.begin(async (transaction) => {
        await transaction.unsafe(drop);
        if ((await evidenceOf(transaction, expectation)).length === 0) missed.push(drop);
        await transaction.unsafe('rollback; begin');
      });
    }
    expect(missed).toEqual([]);
  }));
