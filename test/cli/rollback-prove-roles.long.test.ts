import { dropNewRoles, rolesOf } from '../../cli/src/rollback/prove/roles';
import { type ScratchDatabase, withScratchServer } from '../../cli/src/scratch/scratch-server';
import { migrationsFolder } from '../support/migrations-folder';
import { type OwnServer, startOwnServer } from '../support/own-server';
import { proveFolder, stepsOf } from './rollback-prove-support';

/** Somebody's server, on which no other run is at work. */
let server: OwnServer;
beforeAll(async () => {
  server = await startOwnServer();
});
afterAll(() => server.stop());

const roles = async () =>
  (await server.sql`select rolname from pg_roles where rolname !~ '^(pg_|postgres)' order by 1`).map(
    ({ rolname }) => rolname as string,
  );

test('a role that a migration makes does not keep it from being applied again, whatever a script leaves to it', async () => {
  const { proof } = await proveFolder(
    migrationsFolder([
      {
        tag: '0000_roles',
        sql: `CREATE TABLE t (id int); CREATE ROLE "Odd ""one"; CREATE ROLE other IN ROLE "Odd ""one";
          GRANT SELECT ON t TO other;`,
        rollback: 'DROP TABLE t;',
      },
      {
        tag: '0001_leaves',
        sql: `CREATE ROLE leaves; CREATE TABLE u (id int); ALTER TABLE t OWNER TO leaves;
          GRANT CREATE ON SCHEMA public TO leaves;`,
        rollback: 'DROP TABLE u;',
      },
    ]),
    { server: server.url('postgres') },
  );
  expect(stepsOf(proof('0000_roles'))).toBe('yes yes yes yes');
  expect(proof('0000_roles').warnings.map(({ remedy }) => remedy)).toEqual([
    expect.stringMatching(/^DROP ROLE "Odd ""one" before that;/),
    expect.stringMatching(/^DROP ROLE "other" before that;/),
  ]);
  expect(stepsOf(proof('0001_leaves'))).toBe('yes yes no yes');
  expect(await roles()).toEqual([]);
});

test('what is not surely of the run stays, and is told', async () => {
  const sources = ['create role first; create role second; create role busy'];
  const work = async (database: ScratchDatabase) => {
    const before = await rolesOf(database);
    await database.sql.unsafe(
      'create role of_somebody; create role busy; create role first; create role second; create table t ()',
    );
    await database.sql.unsafe('grant select on t to busy, first');
    // Who has granted a role can't go before it.
    await database.sql.unsafe(
      'grant second to first with admin option; set role first; grant second to busy',
    );
    await database.sql.unsafe('reset role');
    await server.sql`create table theirs ()`;
    await server.sql`grant select on theirs to busy`;
    const { dropped, left } = await dropNewRoles(database, before);
    expect({ dropped: [...dropped].sort(), left: [...left].sort() }).toEqual({
      ...{ dropped: ['first', 'second'], left: ['busy', 'of_somebody'] },
    });
    expect(await server.sql`select from pg_class where relacl::text ~ 'busy'`).toHaveLength(1);
  };
  await withScratchServer(
    server.url('postgres'),
    new AbortController().signal,
    async (scratch) => work(await scratch.createDatabase()),
    { sources },
  );
});

test('where a role stays, the proof says why the migration can not be applied again', async () => {
  const { proof } = await proveFolder(
    migrationsFolder([
      {
        tag: '0000_role',
        // A grant in another database: that one is somebody's.
        sql: `CREATE ROLE granted; DO $$ BEGIN EXECUTE 'GRANT CONNECT ON DATABASE postgres TO granted'; END $$;`,
        rollback: 'SELECT 1;',
      },
    ]),
    { server: server.url('postgres') },
  );
  expect(stepsOf(proof('0000_role'))).toBe('yes yes yes no');
  expect(proof('0000_role').problems).toMatchObject([
    {
      message: expect.stringContaining('role "granted" already exists'),
      remedy: expect.stringContaining('still on the server: "granted"; '),
    },
  ]);
});
