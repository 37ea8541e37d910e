import postgres from 'postgres';
import { readJournal } from '../../../core/journal';
import { planUnits } from '../../../runner/src/migrate/plan-units';
import type { Finding } from '../../../runner/src/preflight/check';
import { checkPendingStatements } from '../../../runner/src/preflight/checks/pending-statements';
import { checkPendingSyntax } from '../../../runner/src/preflight/checks/pending-syntax';
import { type TestDatabase, withDatabase } from '../../support/database';
import { type FolderMigration, migrationsFolder } from '../../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../../support/runner';
import { sessionOf } from '../../support/session-of';

const SETUP = `
  create table users (id int primary key, email text); create table items (id int primary key, owner int);
  create index items_owner on items (owner); create type mood as enum ('a'); create table big (a int);
  insert into users select g, 'secret-address' from generate_series(1, 100) g; analyze users`;

/** Runs against a database with some tables in use. */
const withTables = (use: (database: TestDatabase) => Promise<void>) => () =>
  withDatabase(async (database) => {
    await database.sql.unsafe(SETUP);
    await use(database);
  });

const unitsOf = (...scripts: readonly string[]) =>
  planUnits(
    readJournal(migrationsFolder(scripts.map((sql, index) => ({ tag: `m${index + 1}`, sql })))).migrations,
  );

/** What the check says of migrations that are pending. */
const check = async (sql: postgres.Sql, ...scripts: string[]) =>
  checkPendingStatements(sessionOf(sql), await unitsOf(...scripts));

const messages = (findings: readonly Finding[]) => findings.map(({ message }) => message);

test.concurrent('a fresh database has nothing to lose, and nobody who waits', () =>
  withDatabase(async ({ sql }) => {
    expect(await check(sql, SETUP, 'alter table users drop column email; drop table big')).toEqual([]);
  }));

test.concurrent(
  'what is destroyed, and which tables are closed to others, is listed for each migration',
  withTables(async ({ sql }) => {
    const findings = await check(
      sql,
      `alter table users add name text;\nalter table "public"."users" drop column email;\ndrop type mood;`,
      `create table fresh (id int references users);\nalter table fresh add a int;\ndrop table fresh;`,
      'drop index items_owner; alter table items set unlogged; create index on big (a)',
      `do $$ begin\n alter table items add foreign key (owner) references users;\nexception when duplicate_object then null; end $$`,
      `insert into users values (101, 'x'); comment on table users is 'x'; alter table users set (fillfactor = 90)`,
    );
    expect(messages(findings)).toEqual([
      'm1 destroys column public.users.email, type mood',
      'm1 blocks reads and writes of public.users until its unit commits',
      'm2 blocks writes to public.users until its unit commits',
      'm3 blocks reads and writes of public.items, and writes to public.big until its unit commits',
      'm4 blocks writes to public.users, public.items until its unit commits',
    ]);
    expect(findings.every(({ outcome }) => outcome === 'warn')).toBe(true);
    expect(findings[0]?.detail).toBe('line 2: column public.users.email\nline 3: type mood');
    expect(findings[1]?.detail).toBe(
      'line 1: ACCESS EXCLUSIVE on public.users, about 100 rows\nline 2: ACCESS EXCLUSIVE on public.users, about 100 rows',
    );
    expect(findings[3]?.detail).toContain('ACCESS EXCLUSIVE on public.items, every row is written anew');
  }),
);

test.concurrent(
  "a table that is dropped and made anew is nobody's afterwards",
  withTables(async ({ sql }) => {
    const again =
      'drop table big;\ncreate table public.big (a int);\nalter table big add b int;\ndrop table big;';
    const [destroyed, locked, ...others] = await check(sql, again);
    expect(destroyed?.detail).toBe('line 1: table big');
    expect(locked?.detail).toBe('line 1: ACCESS EXCLUSIVE on public.big');
    expect(others).toEqual([]);
    // With IF NOT EXISTS the old one may stay.
    const maybe = await check(sql, 'create table if not exists big (a int);\nalter table big add b int;');
    expect(messages(maybe)).toEqual(['m1 blocks reads and writes of public.big until its unit commits']);
  }),
);

test.concurrent('types, schemas and functions that the pending migrations make themselves are no loss', () =>
  withDatabase(async ({ sql }) => {
    const own = [
      `create type k as enum ('a'); create domain d as int; create schema if not exists s; create type s.c as (a int, b int);
       create function f() returns int language sql as 'select 1'; create type r as enum ('a'); create table t (a int); create policy p on t`,
      `do $$ begin create type g as enum ('a'); exception when duplicate_object then null; end $$`,
      `drop type k; drop type public.g; drop domain d; alter type s.c drop attribute b; drop schema s cascade; drop function f() cascade;
       alter type r rename to q; drop type q; drop policy p on t cascade`,
    ];
    expect(messages(await check(sql, ...own))).toEqual([]);
    // The first of each was there, the second was not.
    await sql.unsafe(
      'create type k as enum (); create type r as enum (); create schema s; create type m as enum ()',
    );
    const again = `drop type k; create type k as enum (); drop type k; alter type r rename to q; create type r as enum (); drop type q; drop type r;
      drop schema s cascade; alter type public.m set schema s; drop type s.m`;
    expect(messages(await check(sql, again))).toEqual([
      'm1 destroys type k, type q, schema s and what depends on it, type s.m',
    ]);
  }));

test.concurrent(
  'a strong lock that is kept through data changes is named, with the way out',
  withTables(async ({ sql }) => {
    const apart = await check(
      sql,
      'alter table users add a int;',
      '\nupdate items set owner = 1 where id = 2;',
    );
    expect(apart.at(-1)?.message).toBe(
      'ACCESS EXCLUSIVE on public.users (m1, line 1) is kept while m2, line 2, changes data',
    );
    expect(apart.at(-1)?.remedy).toBe('set TRANSACTION_MODE=each, so that every migration commits alone');
    const together = await check(sql, 'alter table users add a int; update users set a = 1 where id > 2;');
    expect(together.at(-1)?.remedy).toMatch(/^move the data change into a migration of its own/);
    for (const harmless of [
      'update users set id = 1 where id = 1; alter table users add a int',
      `alter table users add a int; insert into users values (102, 'x')`,
      'create table n as select * from users; alter table n add a int; update n set a = 1 where a = 2',
    ]) {
      expect(messages(await check(sql, harmless)).join()).not.toContain('is kept while');
    }
    const scripts = ['alter table users add a int; update users set a = 1 where id > 2; vacuum'];
    const stepwise = await check(sql, ...scripts);
    expect(messages(stepwise).join()).not.toContain('is kept while');
  }),
);

test.concurrent(
  'what is not all or nothing is said before it runs',
  withTables(async ({ sql }) => {
    const findings = await check(
      sql,
      'select 1;\ncreate index concurrently on users (email);',
      'select 1;\ncommit;\ncreate temp table x ();',
    );
    expect(messages(findings)).toEqual([
      'm1 runs outside a transaction (CREATE INDEX CONCURRENTLY in line 2), statement by statement; after a failure the next run goes on there',
      'm2 begins and commits transactions by itself (COMMIT in line 2); what it committed stays when it fails later',
    ]);
    expect(findings[1]?.detail).toMatch(
      /^not safe to resume after a kill:\nline 3: a temporary table is gone/,
    );
  }),
);

/** Holds a transaction open in a session of its own. */
async function during<T>(sql: postgres.Sql, statement: string, use: (pid: number) => Promise<T>): Promise<T> {
  const connection = await sql.reserve();
  try {
    const [row] =
      await connection`select pg_backend_pid() as pid, set_config('application_name', 'the "shop"', false)`;
    await connection.unsafe('begin').simple();
    await connection.unsafe(statement).simple();
    return await use(row?.pid);
  } finally {
    await connection.unsafe('rollback').simple();
    connection.release();
  }
}

test.concurrent(
  'who holds a lock that is in the way is named, but never what they run',
  withTables(async ({ sql }) => {
    await during(sql, `select * from users where email = 'secret-address'`, async (pid) => {
      const [, blocker] = await check(sql, 'alter table users add a int');
      const who = `pid ${pid} (user postgres, application "the \\"shop\\"", idle in transaction, transaction open for`;
      expect(blocker?.message.slice(0, who.length)).toBe(who);
      expect(blocker?.message.slice(who.length)).toMatch(
        /^ \d+ s, last query begun at [-0-9T:]+Z\) holds ACCESS SHARE on public.users, for which m1 needs ACCESS EXCLUSIVE$/,
      );
      expect(blocker?.remedy).toBe(`end it first, if need be with select pg_terminate_backend(${pid})`);
      expect(JSON.stringify(blocker)).not.toContain('secret-address');
      // Neither what does not conflict, nor another table, is in the way.
      expect(messages(await check(sql, 'create index on users (email)')).join()).not.toContain('pid');
      expect(messages(await check(sql, 'alter table items add a int')).join()).not.toContain('pid');
    });
  }),
);

test.concurrent(
  'an old transaction is named whatever it holds',
  withTables(async ({ sql }) => {
    await during(sql, 'select 1', async (pid) => {
      const units = await unitsOf('create table n (a int)');
      const patience = { any: 0, inTheWay: 0 };
      const [old] = await checkPendingStatements(sessionOf(sql), units, patience);
      expect(old?.message).toMatch(
        new RegExp(`^pid ${pid} .* is old; concurrent index builds wait for its end$`),
      );
      expect(await checkPendingStatements(sessionOf(sql), units)).toEqual([]);
    });
  }),
);

test.concurrent(
  'a prepared transaction, which no session owns, is found too',
  withTables(async ({ sql, name }) => {
    await sql
      .begin((tx) => tx.unsafe(`lock table users in share mode; prepare transaction '${name}'`).simple())
      .catch(() => undefined);
    try {
      const [, blocker] = await check(sql, 'alter table users add a int');
      expect(blocker?.message).toMatch(
        new RegExp(
          `^prepared transaction "${name}" \\(user postgres, .* holds SHARE on public.users, for which m1 needs`,
        ),
      );
      expect(blocker?.remedy).toBe('commit or roll it back');
    } finally {
      await sql.unsafe(`rollback prepared '${name}'`);
    }
  }),
);

test.concurrent(
  'a role that may not see the sessions of others still learns who holds a lock',
  withTables(async ({ url, sql, name }) => {
    await sql.unsafe(`create role r_${name} login password 'weak-password'`);
    const asRole = postgres(
      Object.assign(new URL(url), { username: `r_${name}`, password: 'weak-password' }).href,
    );
    try {
      await during(sql, 'lock table items in row exclusive mode', async (pid) => {
        const findings = await check(asRole, 'create index on items (owner)');
        expect(messages(findings)[1]).toBe(
          `pid ${pid} (user postgres, application "the \\"shop\\"", state hidden from this role) holds ROW EXCLUSIVE on public.items, for which m1 needs SHARE`,
        );
      });
    } finally {
      await asRole.end();
      await sql.unsafe(`drop role r_${name}`);
    }
  }),
);

test.concurrent(
  'hundreds of migrations are not hundreds of lines',
  withTables(async ({ sql }) => {
    const tables = Array.from({ length: 30 }, (_, index) => `t${index}`);
    for (const table of tables) await sql.unsafe(`create table ${table} (a int)`);
    const findings = await check(
      sql,
      `truncate ${tables.join(', ')}`,
      ...tables.map((table) => `drop table ${table}`),
    );
    expect(findings).toHaveLength(22);
    expect(messages(findings)).toContain('and 21 more migrations that destroy something');
    expect(findings[0]?.message).toMatch(/every row of t4 and 25 more$/);
    expect(findings[0]?.detail?.split('\n')).toHaveLength(11);
  }),
);

test.concurrent('data alone is nothing to warn of, however many statements it has', () =>
  withDatabase(async ({ sql }) => {
    const units = await unitsOf(`insert into "t" ("id", "b") values (1, 'x');\n`.repeat(20_000));
    expect(await checkPendingStatements(sessionOf(sql), units)).toEqual([]);
  }));

test.concurrent('pre-flight warns of it, and passes', () =>
  withDatabase(async ({ url }) => {
    const first = { tag: '0000_first', sql: 'create table users (id int)' };
    const run = (command: string, ...later: FolderMigration[]) =>
      runRunner({ args: [command], env: environment(url, migrationsFolder([first, ...later])) });
    expectExit(await run('migrate'), 'OK');
    const result = await run('preflight', { tag: '0001_drop', sql: 'drop table users' });
    expectExit(result, 'OK');
    expect(named(result, 'check_warned').map(({ message }) => message)).toEqual([
      'pending statements: 0001_drop destroys table users',
      'pending statements: 0001_drop blocks reads and writes of public.users until its unit commits',
    ]);
  }));

test.concurrent('what the server cannot read is refused, with every place of every file', () =>
  withDatabase(async ({ sql }) => {
    const findings = await check(
      sql,
      'create table a (i int);\n/* ü😀 */ creat table b ();\nalter table a add;',
      `create table c (i int);\n<<<<<<< HEAD\ncreate table d ();\n=======\ncreate table e ();\n>>>>>>> theirs\nselect 1 from`,
      `insert into a values (1 2);\ncreate function f() returns int language sql as 'selec';\ncomment on table a is 'broken`,
    );
    expect(findings.map(({ outcome, exit, message }) => [outcome, exit, message])).toEqual(
      [
        'm1.sql:2:10: statement 2: syntax error at or near "creat" (SQLSTATE 42601 syntax_error)',
        'm1.sql:3:18: statement 3: syntax error at end of input (SQLSTATE 42601 syntax_error)',
        'm2.sql:2:1: unresolved merge conflict',
        'm3.sql:3:23: statement 3: unterminated quoted string at or near "\'broken" (SQLSTATE 42601 syntax_error)',
      ].map((message) => ['refuse', 'PREFLIGHT', message]),
    );
    expect(findings[0]?.detail).toBe('/* ü😀 */ creat table b ();\n          ^');
    expect(findings[2]?.detail).toBe('<<<<<<< HEAD\n^');
    expect(await sql`select from pg_class where relname in ('a', 'c', 'd', 'e')`).toEqual([]);
  }));

test.concurrent('a statement that only our parser does not know is left to the server, and never run', () =>
  withDatabase(async ({ sql }) => {
    const planned = (
      await unitsOf("create table a (i int); set standard_conforming_strings = off; select '\\''")
    )[0]?.migrations[0];
    if (!planned) throw new Error('nothing planned');
    expect(await check(sql, planned.migration.sql)).toEqual([]);
    const unread = planned.statements.map((statement) => ({ planned, statement }));
    expect(await checkPendingSyntax(sessionOf(sql), unread.slice(0, 2))).toEqual([]);
    expect(await sql`select from pg_class where relname = 'a'`).toEqual([]);
  }));
