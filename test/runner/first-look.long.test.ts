import { lockKey } from '../../runner/src/database/lock';
import { type TestDatabase, withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';
import { startServerProxy } from '../support/server-proxy';

const FOLDER = migrationsFolder([
  { tag: '0000_one', sql: 'create table one (a int);' },
  { tag: '0001_two', sql: 'create table two (a int);' },
]);
const HISTORY = 'drizzle.__drizzle_migrations';

const migrate = (url: string) => runRunner({ args: ['migrate'], env: environment(url, FOLDER) });

/** A database in which everything is applied. */
const withApplied = <T>(use: (database: TestDatabase) => Promise<T>) =>
  withDatabase(async (database) => {
    expectExit(await migrate(database.url), 'OK');
    return use(database);
  });

/** Gives the URL of a role that owns nothing. */
async function withRole<T>({ url, name, sql }: TestDatabase, use: (url: string, role: string) => Promise<T>) {
  const role = `r_${name}`;
  await sql.unsafe(`create role ${role} login password 'weak-password'`);
  try {
    return await use(Object.assign(new URL(url), { username: role, password: 'weak-password' }).href, role);
  } finally {
    await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  }
}

function expectNothingPending(result: RunnerResult): void {
  expectExit(result, 'OK');
  expect(named(result, 'nothing_pending')).toHaveLength(1);
}

test('what a role may not see is told by its name, and to read the history is all that it takes', () =>
  withApplied((database) =>
    withRole(database, async (url, role) => {
      const refused = async (what: string) => {
        const result = await migrate(url);
        expectExit(result, 'ACCESS');
        // Not by the login.
        expect(result.end.message).toMatch(new RegExp(`^permission denied for ${what} `));
      };
      await refused('schema drizzle');
      await database.sql.unsafe(`grant usage on schema drizzle to ${role}`);
      await refused('table __drizzle_migrations');
      await database.sql.unsafe(`grant select on ${HISTORY} to ${role}`);
      expectNothingPending(await migrate(url));
    }),
  ));

/** All that a run asks of the server. */
async function askedBy(url: string): Promise<string> {
  const asked: string[] = [];
  const proxy = await startServerProxy(url, ({ from, type, body }) => {
    if (from === 'client' && type === 'Q') asked.push(body.toString());
    return 'forward';
  });
  try {
    expectNothingPending(await migrate(proxy.url));
    return asked.join('\n');
  } finally {
    proxy.close();
  }
}

test('who works on another database of the server keeps nobody from seeing that there is nothing to do', () =>
  withApplied(({ url }) =>
    withDatabase(async ({ sql }) => {
      const settings = {
        folder: FOLDER,
        schema: 'drizzle',
        table: '__drizzle_migrations',
        digest: undefined,
      };
      const holder = await sql.reserve();
      try {
        await holder.unsafe(`select pg_advisory_lock(${lockKey(settings)})`);
        expect(await askedBy(url)).not.toContain('pg_try_advisory_lock');
      } finally {
        await holder.unsafe('select pg_advisory_unlock_all()');
        holder.release();
      }
    }),
  ));

test('who changes the history is waited for no longer than LOCK_TIMEOUT_MS, before the lock too', () =>
  withApplied(async ({ url, sql }) => {
    await sql.begin(async (other) => {
      await other.unsafe(`lock table ${HISTORY} in access exclusive mode`);
      const env = environment(url, FOLDER, { LOCK_TIMEOUT_MS: '200' });
      const result = await runRunner({ args: ['migrate'], env });
      expectExit(result, 'TRY_AGAIN');
      expect(result.end.message).toContain('canceling statement due to lock timeout');
    });
  }));

test('a database that is ahead of the files has nothing to do, and takes no lock to tell', () =>
  withApplied(async ({ url, sql }) => {
    await sql.unsafe(
      `insert into ${HISTORY} (hash, created_at) select 'x', n from generate_series(1, 900) n`,
    );
    expect(await askedBy(url)).not.toContain('pg_try_advisory_lock');
  }));

test('of a table that can be anybody’s, a thousand rows are read', () =>
  withApplied(async ({ url, sql }) => {
    await sql.unsafe(
      `insert into ${HISTORY} (hash, created_at) select 'x', n from generate_series(1, 9000) n`,
    );
    const asked = (await askedBy(url)).split('pg_try_advisory_lock');
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('limit 1003');
  }));

test.each([
  ['of drizzle-orm 1.0', `add name text, add applied_at timestamptz default now()`],
  ['with a time that no calendar has', `add name text, add applied_at timestamptz default 'infinity'`],
  ['with columns of somebody else', `add note text default 'x', add name int`],
])('a history %s is read, in whatever style the database tells times', (_, change) =>
  withApplied(async ({ url, name, sql }) => {
    await sql.unsafe(`alter table ${HISTORY} ${change}; alter database ${name} set datestyle = 'German'`);
    expectNothingPending(await migrate(url));
  }),
);

test('a table without rows that is none of Drizzle is refused where no file is, too', () =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(`create schema drizzle; create table ${HISTORY} (a int)`);
    const env = environment(url, migrationsFolder([]));
    expectExit(await runRunner({ args: ['migrate'], env }), 'CONFIG');
  }));

test.each([
  ['with rows', `drop table ${HISTORY}; create table ${HISTORY} as select 1 as a`, 'id, hash, created_at'],
  ['without rows', `drop table ${HISTORY}; create table ${HISTORY} (a int)`, 'id, hash, created_at'],
  ['that lost a column', `alter table ${HISTORY} drop column hash`, 'hash'],
])('a table of that name %s that is none of Drizzle is refused', (_, change, missing) =>
  withApplied(async ({ url, sql }) => {
    await sql.unsafe(change);
    const result = await migrate(url);
    expectExit(result, 'CONFIG');
    expect(result.end.message).toContain(
      `is not a history table of Drizzle: it has no column ${missing} (exit`,
    );
  }),
);
