import { lockKey } from '../../../runner/src/database/lock';
import { readCatalog } from '../../migrations/catalog';
import { type TestDatabase, withDatabase } from '../../support/database';
import { migrationsFolder } from '../../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../../support/runner';

/** A database with tables of its admin, and a role that may create in it but owns nothing. */
async function withRole(
  use: (
    run: (...sql: string[]) => Promise<RunnerResult>,
    role: string,
    database: TestDatabase,
  ) => Promise<void>,
): Promise<void> {
  await withDatabase(async (database) => {
    const { url, sql, name } = database;
    const role = `role_${name}`;
    await sql.unsafe(`create role ${role} login password 'weak-password';
      grant create on database ${name} to ${role};
      create schema closed; create table closed.theirs (id int); create table theirs (id int);
      create type mood as enum ('a'); grant create, usage on schema public to ${role}`);
    const asRole = Object.assign(new URL(url), { username: role, password: 'weak-password' }).href;
    const run = (...scripts: string[]) => {
      const folder = migrationsFolder(scripts.map((text, index) => ({ tag: `000${index}_x`, sql: text })));
      return runRunner({ args: ['preflight'], env: environment(asRole, folder) });
    };
    try {
      await use(run, role, database);
    } finally {
      await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });
}

const refused = (result: RunnerResult) => named(result, 'check_refused').map(({ message }) => message);

test.concurrent('everything that pending statements lack is told at once, with the grant, and nothing is changed', () =>
  withRole(async (run, role, { sql }) => {
    const before = await readCatalog(sql);
    const result = await run(
      'create table mine (id int);\nalter table mine add n int;\nalter table theirs add n int;',
      `create table closed.t (id int); alter type mood add value 'b'; drop table closed.theirs;
       create role another_one; create role postgres;
       create extension no_such_thing; create extension if not exists plpgsql;
       create extension file_fdw; create extension citext;`,
    );
    expectExit(result, 'ACCESS');
    expect(refused(result)).toEqual([
      'privileges: 0001_x.sql, line 1 creates t in schema closed, and that is not granted',
      'privileges: 0000_x.sql, line 3 changes table or view public.theirs, which belongs to postgres, and that is not granted',
      'privileges: 0001_x.sql, line 1 drops table or view closed.theirs, which belongs to postgres, and that is not granted',
      'privileges: 0001_x.sql, line 1 changes type public.mood, which belongs to postgres, and that is not granted',
      'privileges: 0001_x.sql, line 2 creates role another_one, and that is not granted',
      'extensions: 0001_x.sql, line 3 creates extension no_such_thing, which this server does not have',
      'extensions: 0001_x.sql, line 4 creates extension file_fdw, which only a superuser may install',
      'roles: 0001_x.sql, line 2 creates role postgres, which exists already in this cluster',
    ]);
    expect(named(result, 'check_refused')[0]?.remedy).toBe(`GRANT CREATE ON SCHEMA "closed" TO "${role}"`);
    expect(named(result, 'check_refused')[1]?.remedy).toBe(
      `give it to ${role} with ALTER … OWNER TO, or let postgres run this migration; do not grant membership in a superuser`,
    );
    expect(await readCatalog(sql)).toEqual(before);
  }));

test.concurrent('what the role may do passes, and so does membership in the owner', () =>
  withRole(async (run, role, { sql }) => {
    const owner = `${role}_owner`;
    await sql.unsafe(`create role ${owner}; alter table theirs owner to ${owner}`);
    try {
      const [lacking] = named(await run('alter table theirs add n int;'), 'check_refused');
      expect(lacking?.remedy).toBe(`GRANT "${owner}" TO "${role}", or give it to the role that migrates`);
      await sql.unsafe(`grant ${owner} to ${role}`);
      const result = await run(
        'create schema own; create table own.t (id int); alter table theirs add n int; create extension citext;',
      );
      expectExit(result, 'OK');
      expect(named(result, 'check_passed').map(({ check }) => check)).toEqual(
        expect.arrayContaining(['privileges', 'extensions']),
      );
    } finally {
      await sql.unsafe(`drop owned by ${owner}; drop role ${owner}`);
    }
  }));

test.concurrent('a role that is named must exist, and PUBLIC always does', () =>
  withRole(async (run, role) => {
    const result = await run(
      `create table mine (id int); grant select on mine to public, "${role}", nobody_here;
create policy p on mine to "nobody there" using (true);`,
    );
    expectExit(result, 'PREFLIGHT');
    expect(refused(result)).toEqual([
      'roles: 0000_x.sql, line 1 names role nobody_here, which does not exist in this cluster',
      'roles: 0000_x.sql, line 2 names role nobody there, which does not exist in this cluster',
    ]);
  }));

test.concurrent('our own tables: the sequence, and the progress of what runs outside a transaction', () =>
  withRole(async (run, role, { url, sql }) => {
    const one = { tag: '0000_x', sql: 'select 1;' };
    expectExit(await runRunner({ args: ['migrate'], env: environment(url, migrationsFolder([one])) }), 'OK');
    const table = 'drizzle.__drizzle_migrations';
    await sql.unsafe(`grant usage on schema drizzle to ${role}; grant select, insert on ${table} to ${role}`);
    const result = await run('select 1;', 'vacuum;');
    expectExit(result, 'ACCESS');
    expect(refused(result)).toEqual([
      expect.stringMatching(/drizzle\.__drizzle_migrations_id_seq, which numbers its rows, cannot be used/),
      expect.stringMatching(
        /__drizzle_gate_progress, which migrations outside a transaction need, does not exist/,
      ),
    ]);
    await sql.unsafe(`revoke select on ${table} from ${role}`);
    const unreadable = await run('select 1;');
    expectExit(unreadable, 'ACCESS');
    expect(refused(unreadable)[0]).toMatch(/cannot be read/);
    await sql.unsafe(`revoke usage on schema drizzle from ${role}`);
    expect(refused(await run('select 1;'))[0]).toMatch(/schema drizzle cannot be used/);
  }));

test.concurrent('who holds the migration lock, and connections that are nearly used up', () =>
  withRole(async (run, role, { sql, name }) => {
    const result = await run('select 1;');
    expect(named(result, 'check_passed').map(({ check }) => check)).toContain('migration lock');
    await sql.unsafe(`alter role ${role} connection limit 1`);
    const settings = { folder: '', schema: 'drizzle', table: '__drizzle_migrations', digest: undefined };
    const holder = await sql.reserve();
    await holder`set application_name = 'holder'`;
    await holder`select pg_advisory_lock(${lockKey(settings)}::bigint)`;
    const [pid] = await holder`select pg_backend_pid() as pid`;
    const held = await run('select 1;');
    holder.release();
    expectExit(held, 'OK');
    expect(named(held, 'check_warned').map(({ message }) => message)).toEqual([
      'connection slots: 1 of the 1 connection of the role left, the runner needs up to 2',
      expect.stringMatching(new RegExp(`^migration lock: held by pid ${pid?.pid} \\(`)),
    ]);
    await sql.unsafe(`alter role ${role} connection limit -1; alter role ${role} in database ${name}
      set default_transaction_read_only = on`);
    expect(refused(await run('select 1;'))).toEqual([
      'writability: the role that migrates, in this database, is read-only',
    ]);
  }));

test.concurrent('what is there already is refused at once, with baseline where nothing was recorded', () =>
  withDatabase(async ({ url, sql }) => {
    const run = (command: string, ...scripts: string[]) =>
      runRunner({
        args: [command],
        env: environment(
          url,
          migrationsFolder(scripts.map((text, index) => ({ tag: `000${index}_x`, sql: text }))),
        ),
      });
    const schema = `create schema s; create type s.mood as enum ('a'); create table t (id int);
create index t_id on t (id); create view v as select 1; create sequence q; create table s.only_here ()`;
    await sql.unsafe(schema);
    const found = await run(
      'preflight',
      `${schema}; create table only_here (); create type _mood as enum ()`,
    );
    expectExit(found, 'PREFLIGHT');
    expect(refused(found)).toEqual([
      'pending statements: 7 objects that pending statements create exist already: schema s (0000_x.sql, line 1), type s.mood (0000_x.sql, line 1), table t (0000_x.sql, line 1) and 4 more',
    ]);
    expect(named(found, 'check_refused')[0]?.remedy).toMatch(/`drizzle-gate baseline --to TAG`/);
    expectExit(await run('migrate', 'select 1'), 'OK');
    // The rest of it is an interrupted migration's own.
    const halfway = 'create table half (); create index concurrently half_i on t (id); create table v ();';
    expectExit(await run('migrate', 'select 1', halfway), 'HALFWAY');
    expectExit(await run('preflight', 'select 1', halfway), 'OK');
    const later = await run(
      'preflight',
      'select 1',
      halfway.replace('create table v ()', 'select 2'),
      'create index i on t (id); create view v as select 1',
    );
    expect(refused(later)).toEqual([
      'pending statements: 0002_x.sql, line 1 creates view v, which exists already',
    ]);
    expect(named(later, 'check_refused')[0]?.remedy).toMatch(
      /^where they are what .* --to TAG`; otherwise drop/,
    );
  }));
