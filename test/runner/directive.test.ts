import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const PROCEDURE: FolderMigration = {
  tag: '0000_procedure',
  sql: `create table log (n int);
create procedure batches() language plpgsql as $$
begin
  for n in 1..3 loop insert into log values (n); commit; end loop;
end $$;`,
};
const PARTITIONED: FolderMigration = {
  tag: '0000_partitioned',
  sql: `create table p (a int) partition by range (a); create table p1 partition of p for values from (0) to (9);
create index p_a on p (a);`,
};
const DIRECTIVE = '-- drizzle-gate: no-transaction\n';

const migrate = (url: string, ...migrations: FolderMigration[]) =>
  runRunner({ args: ['migrate'], env: environment(url, migrationsFolder(migrations)) });

test.concurrent.each<[string, FolderMigration, string, string]>([
  ['a procedure that commits', PROCEDURE, 'call batches();', '2D000'],
  ['a block that commits', PROCEDURE, 'do $$ begin insert into log values (1); commit; end $$;', '2D000'],
  ['REINDEX of a partitioned index', PARTITIONED, 'reindex index p_a;', '25001'],
])('%s is refused with the directive as the remedy, and works with it', (_name, first, sql, sqlstate) =>
  withDatabase(async ({ url }) => {
    const refused = await migrate(url, first, { tag: '0001_next', sql });
    expectExit(refused, 'MIGRATION_FAILED');
    expect(refused.end).toMatchObject({
      sqlstate,
      remedy: expect.stringMatching(/"-- drizzle-gate: no-transaction"/),
    });
    expectExit(await migrate(url, first, { tag: '0001_next', sql: DIRECTIVE + sql }), 'OK');
  }),
);

test.concurrent('the directive that forces a transaction is named where it is the cause, before and after', () =>
  withDatabase(async ({ url }) => {
    const sql = '-- drizzle-gate: transaction\ncreate index concurrently log_n on log (n);';
    expectExit(await migrate(url, PROCEDURE), 'OK');
    const folder = migrationsFolder([PROCEDURE, { tag: '0001_next', sql }]);
    const checked = await runRunner({ args: ['preflight'], env: environment(url, folder) });
    expectExit(checked, 'OK');
    expect(named(checked, 'check_warned')).toContainEqual(
      expect.objectContaining({
        message:
          'pending statements: 0001_next asks for a transaction, in which PostgreSQL refuses CREATE INDEX CONCURRENTLY in line 2',
        remedy: 'take the line "-- drizzle-gate: transaction" out of the file',
      }),
    );
    const refused = await migrate(url, PROCEDURE, { tag: '0001_next', sql });
    expectExit(refused, 'MIGRATION_FAILED');
    expect(refused.end).toMatchObject({
      sqlstate: '25001',
      remedy: expect.stringMatching(/^take the line "-- drizzle-gate: transaction" out of the file/),
    });
  }));

test.concurrent('midway in a migration such a refusal is final too: to try again would change nothing', () =>
  withDatabase(async ({ url }) => {
    const wrapped = 'create function f() returns void language plpgsql as $$ begin call batches(); end $$;';
    const file = `create table done (); create index concurrently log_n on log (n); ${wrapped} select f();`;
    const result = await migrate(url, PROCEDURE, { tag: '0001_next', sql: file });
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({
      sqlstate: '2D000',
      remedy: expect.stringMatching(/no-transaction.*the next run goes on here/),
    });
  }));

test.concurrent('with the directive, too, a block that does not commit is done together with its note', () =>
  withDatabase(async ({ url, sql }) => {
    const file = `${DIRECTIVE}do $$ begin insert into log select 1 from drizzle.__drizzle_gate_progress; end $$;
insert into log select count(*) from drizzle.__drizzle_gate_progress where state = 'done'; vacuum log;`;
    expectExit(await migrate(url, PROCEDURE, { tag: '0001_next', sql: file }), 'OK');
    expect(await sql`select n from log`).toEqual([{ n: 1 }]);
  }));

test.concurrent('with the directive each statement commits by itself, and an enum value can be used at once', () =>
  withDatabase(async ({ url, sql }) => {
    const file = `${DIRECTIVE}create type e as enum ('a'); create table t (e e);
alter type e add value 'b'; insert into t values ('b');`;
    expectExit(await migrate(url, { tag: '0000_enum', sql: file }), 'OK');
    expect(await sql`select e from t`).toEqual([{ e: 'b' }]);
  }));

test.concurrent('an enum value added where nobody can read it, is committed before its use', () =>
  withDatabase(async ({ url, sql }) => {
    const type = { tag: '0000_type', sql: `create type e as enum ('a'); create table t (e e);` };
    const later = [
      {
        tag: '0001_function',
        sql: `create function add() returns void language plpgsql as $$ begin execute 'alter type e add ' || 'value ''b'''; end $$;
select add();`,
      },
      { tag: '0002_between', sql: 'create table between_them ();' },
      { tag: '0003_use', sql: `insert into t values ('b');` },
    ];
    // In the transaction that makes the type, newer servers allow it.
    expectExit(await migrate(url, type), 'OK');
    const result = await migrate(url, type, ...later);
    expectExit(result, 'OK');
    expect(result.events.filter(({ event }) => event === 'unit_split')).toHaveLength(1);
    expect(await sql`select e from t`).toEqual([{ e: 'b' }]);
  }));
