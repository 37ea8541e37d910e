import { newDatabaseName, newScratchRun, noteRoles } from '../../cli/src/scratch/scratch-run';
import { withScratchServer } from '../../cli/src/scratch/scratch-server';
import { isNamedIn } from '../../cli/src/scratch/server-roles';
import { type OwnServer, startOwnServer } from '../support/own-server';

/** A server of its own: what a run finds there must be nobody else's. */
let server: OwnServer;
beforeAll(async () => {
  server = await startOwnServer();
});
afterAll(() => server.stop());

const SOURCES = [
  'create role "Odd ""one"; create role mentioned; create role busy; create role person login;',
];

async function using(use: (sql: OwnServer['sql']) => Promise<unknown>, sources = SOURCES): Promise<string[]> {
  const told: string[] = [];
  await withScratchServer(
    server.url('postgres'),
    new AbortController().signal,
    async (scratch) => {
      const database = await scratch.createDatabase();
      await use(database.sql);
    },
    { sources, tell: (line) => told.push(line) },
  );
  return told;
}

const databases = async () =>
  (await server.sql`select datname from pg_database where datname like 'drizzle_gate_scratch%'`).map(
    ({ datname }) => datname as string,
  );
const roles = async () =>
  (await server.sql`select rolname from pg_roles where rolname !~ '^(pg_|postgres)' order by 1`).map(
    ({ rolname }) => rolname as string,
  );
const dropRoles = async () => {
  for (const role of await roles()) await server.sql`drop role ${server.sql(role)}`;
};

test('roles that the migrations made go with the databases, also those that had rights in them', async () => {
  const told = await using(async (sql) => {
    await sql.unsafe(
      'create role "Odd ""one"; create role mentioned; create table t (); grant select on t to mentioned',
    );
  });
  expect({ told, roles: await roles(), databases: await databases() }).toEqual({
    ...{ told: [], roles: [], databases: [] },
  });
});

test('roles that nothing names, or on which something depends, stay and are told; so is one that is gone', async () => {
  await server.sql`create role earlier`;
  await server.sql`create role theirs`;
  const told = await using(
    async (sql) => {
      await sql`create role of_somebody`;
      await sql`create role busy`;
      await sql`drop role earlier`;
      await server.sql`drop role theirs`;
      await server.sql`create table theirs ()`;
      await server.sql`grant select on theirs to busy`;
    },
    [...SOURCES, 'drop role earlier'],
  );
  expect(told).toEqual([
    'roles that came meanwhile stay on the server: "busy", "of_somebody"; drop those that only this has made',
    'roles that were on the server before are gone, because the migrations drop them: "earlier"',
  ]);
  await server.sql`drop table theirs`;
  await dropRoles();
});

test('what others do to roles meanwhile is neither touched nor told, where the SQL makes and drops none', async () => {
  await server.sql`create role earlier`;
  const told = await using(async () => {
    await server.sql`create role mentioned`;
    await server.sql`drop role earlier`;
  }, ['grant select on t to mentioned, earlier; -- a role']);
  expect({ told, roles: await roles() }).toEqual({ told: [], roles: ['mentioned'] });
  await dropRoles();
});

test('while another run is at work its roles and databases are left alone', async () => {
  const told = await using(async () => {
    const [mine] = await databases();
    const other = await using(async () => undefined);
    expect({ other, there: (await databases()).includes(mine ?? '') }).toEqual({ other: [], there: true });
    expect(await using((later) => later`create role mentioned`)).toEqual([
      'roles that came meanwhile stay on the server: "mentioned"; drop those that only this has made',
    ]);
    expect(await roles()).toEqual(['mentioned']);
  });
  expect({ told, roles: await roles() }).toEqual({ told: [], roles: [] });
});

test('what a killed run has left is dropped by the next, its roles too, and told; not what is in use', async () => {
  const [left, used] = [newDatabaseName(newScratchRun()), newDatabaseName(newScratchRun())];
  for (const name of [left, used]) {
    await server.sql`create database ${server.sql(name)}`;
    await noteRoles(server.sql, name, ['postgres', 'of_somebody']);
  }
  await server.sql`create role mentioned`;
  await server.sql`create role person login`;
  await server.sql`create role of_somebody`;
  await server.sql`create role unnamed`;
  const { default: postgres } = await import('postgres');
  const user = postgres(server.url(used), { max: 1 });
  await user`select 1`;
  const told = await using(async () => undefined);
  expect(told).toEqual([
    expect.stringMatching(`^dropped ${left} on 127.0.0.1:\\d+, left by a run that was killed$`),
  ]);
  expect(await databases()).toEqual([used]);
  expect(await roles()).toEqual(['of_somebody', 'person', 'unnamed']);
  await user.end();
  await server.sql`drop database ${server.sql(used)}`;
  await dropRoles();
});

test.each([
  ['app', 'create role APP', true],
  ['app', 'create role app_2; create role myapp', false],
  ['a"b', 'create role "a""b"', true],
  ['a.b', 'create role "axb"', false],
  ['é', 'grant x to é;', true],
  ['é', 'grant x to école;', false],
])('role %j in %j', (role, source, is) => {
  expect(isNamedIn([source], role)).toBe(is);
});
