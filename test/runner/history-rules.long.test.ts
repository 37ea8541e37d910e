import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, folderPerMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const ONE: FolderMigration = {
  tag: '0000_one',
  sql: 'create table one ();',
  when: 1000,
  rollback: 'drop table one',
};
const TWO: FolderMigration = {
  tag: '0001_two',
  sql: 'create table two ();',
  when: 2000,
  rollback: 'drop table two',
};
const THREE: FolderMigration = { tag: '0002_three', sql: 'create table three ();', when: 3000 };
const EDITED: FolderMigration = { ...ONE, sql: 'create table one (); -- edited' };

const run = (args: string, { url }: TestDatabase, folder: string, env: Record<string, string> = {}) =>
  runRunner({ args: args.split(' '), env: environment(url, folder, env) });
const applied = async (database: TestDatabase, ...migrations: FolderMigration[]) =>
  expectExit(await run('migrate', database, migrationsFolder(migrations)), 'OK');
const tables = async ({ sql }: TestDatabase) =>
  (await sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`).map(
    ({ name }) => name,
  );

/** The commands that hold history and files against each other; all of them must come to the same answer. */
const COMMANDS = ['preflight', 'status --check', 'migrate'] as const;

test.concurrent('an edit is refused with file, history id and remedy', () =>
  withDatabase(async (database) => {
    await applied(database, ONE);
    for (const command of COMMANDS) {
      const result = await run(command, database, migrationsFolder([EDITED]));
      expectExit(result, 'MISMATCH');
      expect(result.end.message).toMatch(
        /0000_one was edited after it was applied on \d{4}-\d\d-\d\dT[\d:.]+Z \(0000_one.sql, history id 1\); restore the file from the release that applied it and put the change in a new migration, or, if the edit changes nothing in the schema, add 0000_one to ACCEPT_EDITED or run `drizzle-gate repair`/,
      );
    }
  }));

test.concurrent('with the time of application, where the history has it', () =>
  withDatabase(async (database) => {
    const tag = '20240102030405_one';
    expectExit(await run('migrate', database, folderPerMigration([{ ...ONE, tag }])), 'OK');
    await database.sql`update drizzle.__drizzle_migrations set applied_at = '2026-02-03 10:11:12+02'`;
    const result = await run('migrate', database, folderPerMigration([{ ...EDITED, tag }]));
    expectExit(result, 'MISMATCH');
    expect(result.end.message).toContain(
      `${tag} was edited after it was applied on 2026-02-03T08:11:12Z (${tag}/migration.sql, history id 1); restore`,
    );
  }));

test.concurrent('an accepted edit is a warning each time, is not run again and is no obstacle to the next', () =>
  withDatabase(async (database) => {
    await applied(database, ONE);
    const env = { ACCEPT_EDITED: ' 0000_one, 0001_two ,' };
    const folder = migrationsFolder([EDITED, TWO]);
    for (const command of ['preflight', 'migrate', 'status --check']) {
      const result = await run(command, database, folder, env);
      expectExit(result, 'OK');
      const warnings = result.events.filter(({ level }) => level === 'warn');
      expect(warnings).toMatchObject([
        { message: expect.stringMatching(/0000_one was edited after .*; ACCEPT_EDITED accepts that/) },
      ]);
    }
    expect(await tables(database)).toEqual(['one', 'two']);
  }));

test.concurrent('an unknown tag among the accepted is a problem: 78 alone, told with the others otherwise', () =>
  withDatabase(async (database) => {
    await applied(database, ONE);
    const alone = await run('migrate', database, migrationsFolder([ONE]), { ACCEPT_EDITED: '0000_on' });
    expectExit(alone, 'CONFIG');
    expect(alone.end.message).toBe(
      'ACCEPT_EDITED names "0000_on", but no migration has this name; correct or remove it (exit code 78)',
    );
    const both = await run('preflight', database, migrationsFolder([EDITED]), { ACCEPT_EDITED: '0000_on' });
    expectExit(both, 'MISMATCH');
    expect(both.end.detail).toMatch(/ACCEPT_EDITED names.*\n.*0000_one was edited/);
  }));

test.concurrent('OUT_OF_ORDER=refuse keeps a late migration out, and says how it comes in', () =>
  withDatabase(async (database) => {
    await applied(database, ONE, THREE);
    const folder = migrationsFolder([ONE, TWO, THREE]);
    for (const command of COMMANDS) {
      const result = await run(command, database, folder, { OUT_OF_ORDER: 'refuse' });
      expectExit(result, 'MISMATCH');
      expect(`${result.end.message}${result.end.detail}`).toMatch(
        /0001_two comes before a migration that is applied already.*generate it again.*or set OUT_OF_ORDER=apply/,
      );
    }
    expect(await tables(database)).toEqual(['one', 'three']);
    const byDefault = await run('migrate', database, folder);
    expectExit(byDefault, 'OK');
    expect(named(byDefault, 'out_of_order')).toMatchObject([{ level: 'warn', migration: '0001_two' }]);
  }));

test.concurrent('diverged branches are refused unless allowed, and an allowed divergence stays a warning', () =>
  withDatabase(async (database) => {
    await applied(database, ONE, TWO);
    const folder = migrationsFolder([ONE, THREE]);
    for (const command of COMMANDS) {
      const result = await run(command, database, folder);
      expectExit(result, 'MISMATCH');
      expect(`${result.end.message}${result.end.detail}`).toMatch(
        /diverged: 1 pending.*set ALLOW_DIVERGED=true/,
      );
    }
    const allowed = await run('migrate', database, folder, { ALLOW_DIVERGED: 'true' });
    expectExit(allowed, 'OK');
    expect(named(allowed, 'history_warning')[0]?.message).toMatch(/diverged: .*ALLOW_DIVERGED accepts that/);
    expect(await tables(database)).toEqual(['one', 'three', 'two']);
    const ahead = await run('status --check', database, folder);
    expectExit(ahead, 'OK');
    expect(named(ahead, 'history_warning')[0]?.message).toMatch(
      /the database is ahead: 1 applied .*history id 2/,
    );
  }));

test.concurrent('a setting that is no choice is refused', () =>
  withDatabase(async (database) => {
    const env = { OUT_OF_ORDER: 'ignore', ALLOW_DIVERGED: 'yes' };
    const result = await run('migrate', database, migrationsFolder([ONE]), env);
    expectExit(result, 'CONFIG');
    expect(result.end.detail).toBe(
      '- OUT_OF_ORDER is "ignore"; give one of apply, refuse\n- ALLOW_DIVERGED is "yes"; give one of true, false',
    );
  }));

test.concurrent('a rollback refuses an edited member too, and only a member', () =>
  withDatabase(async (database) => {
    await applied(database, ONE, TWO);
    const folder = migrationsFolder([EDITED, TWO]);
    const refused = await run('rollback', database, folder, { ROLLBACK_TARGET: 'empty' });
    expectExit(refused, 'MISMATCH');
    expect(refused.end.message).toMatch(/0000_one was edited after it was applied/);
    const outside = await run('rollback', database, folder, { ROLLBACK_TARGET: '0000_one' });
    expectExit(outside, 'NOT_CONFIRMED');
    const accepted = await run('rollback', database, folder, {
      ...{ ROLLBACK_TARGET: 'empty', ACCEPT_EDITED: '0000_one' },
    });
    expectExit(accepted, 'NOT_CONFIRMED');
    expect(named(accepted, 'rollback_warning')[0]?.message).toMatch(
      /0000_one was edited .*look whether its script/,
    );
  }));

test.concurrent('a rollback takes duplicate rows of its members along', () =>
  withDatabase(async (database) => {
    await applied(database, ONE, TWO);
    await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) select hash, created_at from drizzle.__drizzle_migrations where id = 2`;
    const folder = migrationsFolder([ONE, TWO]);
    const target = { ROLLBACK_TARGET: '0000_one' };
    const plan = await run('rollback', database, folder, target);
    expectExit(plan, 'NOT_CONFIRMED');
    const token = String(named(plan, 'rollback_plan')[0]?.token);
    expectExit(await run('rollback', database, folder, { ...target, ROLLBACK_CONFIRM: token }), 'OK');
    expect(await database.sql`select id from drizzle.__drizzle_migrations`).toEqual([{ id: 1 }]);
  }));

test.concurrent('what is known by its content alone is said', () =>
  withDatabase(async (database) => {
    await applied(database, ONE);
    const result = await run('migrate', database, migrationsFolder([{ ...ONE, when: 99_000 }]));
    expectExit(result, 'OK');
    expect(named(result, 'history_warning')[0]?.message).toMatch(/0000_one is recorded with another time/);
    const renamed = folderPerMigration([{ ...ONE, tag: '19700101000001_other' }]);
    await database.sql`alter table drizzle.__drizzle_migrations add name text`;
    await database.sql`update drizzle.__drizzle_migrations set name = '19700101000001_one'`;
    const named1 = await run('migrate', database, renamed);
    expectExit(named1, 'OK');
    expect(named(named1, 'history_warning')[0]?.message).toMatch(
      /19700101000001_other is recorded as "19700101000001_one"/,
    );
  }));
