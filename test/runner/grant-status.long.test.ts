import postgres from 'postgres';
import { type TestDatabase, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const FOLDER = migrationsFolder([
  { tag: '0000_one', sql: 'create table one (a int); insert into one values (1)' },
]);

const run = (url: string, command: string, roles: string) =>
  runRunner({ args: [command], env: environment(url, FOLDER, { GRANT_STATUS_TO: roles }) });

/** A database and a login of its own, whose name needs quotes. */
const withRole = (use: (database: TestDatabase, role: string, login: string) => Promise<void>) =>
  withDatabase(async (database) => {
    const role = `App "${database.name}"`;
    const quoted = `"${role.replaceAll('"', '""')}"`;
    await database.sql.unsafe(`create role ${quoted} login password 'p'`);
    try {
      const url = new URL(database.url);
      Object.assign(url, { username: role, password: 'p' });
      await use(database, role, url.href);
    } finally {
      await database.sql.unsafe(`drop owned by ${quoted} cascade; drop role ${quoted}`);
    }
  });

const aclOf = async ({ sql }: TestDatabase) =>
  (await sql`select relacl::text, xmin::text from pg_class where relname = '__drizzle_migrations'`)[0];

test.concurrent('the role can read the schema version and nothing else; a second run writes nothing', () =>
  withRole(async (database, role, login) => {
    expectExit(await run(database.url, 'preflight', role), 'OK');
    const first = await run(database.url, 'migrate', role);
    expectExit(first, 'OK');
    expect(named(first, 'status_granted').map((event) => event.role)).toEqual([role]);

    const app = postgres(login, { max: 1 });
    try {
      expect(await app`select count(*)::int as rows from drizzle.__drizzle_migrations`).toEqual([
        { rows: 1 },
      ]);
      for (const statement of [
        'select * from one',
        'delete from drizzle.__drizzle_migrations',
        'insert into drizzle.__drizzle_migrations (hash) values (1)',
        'create table drizzle.mine ()',
      ]) {
        await expect(app.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
      }
    } finally {
      await app.end();
    }
    const before = await aclOf(database);
    const second = await run(database.url, 'migrate', role);
    expectExit(second, 'OK');
    expect(named(second, 'status_granted')).toEqual([]);
    expect(await aclOf(database)).toEqual(before);
  }));

test.concurrent('without the setting nobody gets anything', () =>
  withRole(async (database, _role, login) => {
    expectExit(await run(database.url, 'migrate', ''), 'OK');
    const app = postgres(login, { max: 1 });
    await expect(app`select * from drizzle.__drizzle_migrations`).rejects.toMatchObject({ code: '42501' });
    await app.end();
  }));

test.concurrent('without a migration there is nothing to grant on yet, and that is no failure', () =>
  withRole(async (database, role) => {
    const empty = migrationsFolder([]);
    const env = environment(database.url, empty, { GRANT_STATUS_TO: role });
    for (const schema of ['', 'create schema drizzle']) {
      await database.sql.unsafe(schema);
      const result = await runRunner({ args: ['migrate'], env });
      expectExit(result, 'OK');
      expect(named(result, 'status_grant_postponed')).toHaveLength(1);
    }
    expectExit(await run(database.url, 'migrate', role), 'OK');
  }));

test.concurrent('several runners at once grant it once', () =>
  withRole(async (database, role) => {
    const results = await Promise.all([1, 2, 3, 4].map(() => run(database.url, 'migrate', role)));
    for (const result of results) expectExit(result, 'OK');
  }));

test.concurrent('a role that does not exist is 78, said before by the pre-flight check, all of them', () =>
  withDatabase(async ({ url, sql }) => {
    for (const command of ['preflight', 'migrate']) {
      const result = await run(url, command, 'nosuch1, nosuch2');
      expectExit(result, 'CONFIG');
      for (const role of ['"nosuch1"', '"nosuch2"'])
        expect(result.end.detail).toContain(`${role}, which is no role`);
    }
    expect(await sql`select count(*)::int as rows from one`).toEqual([{ rows: 1 }]);
  }));

test.concurrent('a role that a pending migration makes is only a warning', () =>
  withDatabase(async ({ url, name, sql }) => {
    const folder = migrationsFolder([{ tag: '0000_role', sql: `create role ${name}` }]);
    const env = environment(url, folder, { GRANT_STATUS_TO: name });
    const check = await runRunner({ args: ['preflight'], env });
    expectExit(check, 'OK');
    expect(named(check, 'check_warned').map(({ message }) => message)).toEqual([
      expect.stringContaining('a pending migration names it'),
    ]);
    expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
    await sql.unsafe(`drop owned by ${name}; drop role ${name}`);
  }));

test.concurrent('what the role that migrates may not grant is 77, in the pre-flight check too', () =>
  withRole(async (database, role, login) => {
    expectExit(await run(database.url, 'migrate', ''), 'OK');
    const migrator = `"${role.replaceAll('"', '""')}"`;
    await database.sql.unsafe(
      `grant usage on schema drizzle to ${migrator}; grant all on drizzle.__drizzle_migrations to ${migrator}; create role reader_${database.name}`,
    );
    for (const command of ['preflight', 'migrate']) {
      const result = await run(login, command, `reader_${database.name}`);
      expectExit(result, 'ACCESS');
      expect(result.end.detail).toMatch(
        /SELECT on table "drizzle"\."__drizzle_migrations" can't be granted to/,
      );
    }
    await database.sql.unsafe(`drop role reader_${database.name}`);
  }));

test.each([
  ['PUBLIC', /"PUBLIC"; that is everybody/],
  ['a,,b', /""; write role names/],
  ['x'.repeat(64), /at most 63 bytes/],
])('GRANT_STATUS_TO=%s is refused', async (roles, message) => {
  const result = await run('postgresql://u:p@127.0.0.1:1/db', 'migrate', roles);
  expectExit(result, 'CONFIG');
  expect(`${result.end.message}${result.end.detail}`).toMatch(message);
});
