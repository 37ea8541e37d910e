import { readCatalog } from '../migrations/catalog';
import { type TestDatabase, withDatabase } from '../support/database';
import { migrateWithDrizzle0, migrateWithDrizzle1, readHistoryTable } from '../support/drizzle';
import {
  afterUp,
  type FolderMigration,
  folderPerMigration,
  migrationsFolder,
} from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

/** Made by drizzle-kit 0.x, in milliseconds; two of them in one second. */
const OLD: readonly FolderMigration[] = [
  {
    tag: '0000_a_one',
    sql: 'create table one (id int);',
    when: 1_700_000_000_123,
    rollback: 'drop table one',
  },
  {
    tag: '0001_b_two',
    sql: 'create table two (id int);',
    when: 1_700_000_005_100,
    rollback: 'drop table two',
  },
  {
    tag: '0002_c_three',
    sql: 'create table three (id int);',
    when: 1_700_000_005_900,
    rollback: 'drop table three',
  },
];
/** The same after `drizzle-kit up`, and one that drizzle-kit 1.x made. */
const UPPED = afterUp(OLD);
const NEW = { tag: '20250102030405_four', sql: 'create table four (id int);', rollback: 'drop table four' };

const run = (command: string, { url }: TestDatabase, folder: string, env: Record<string, string> = {}) =>
  runRunner({ args: [command], env: environment(url, folder, env) });
async function ours(database: TestDatabase, folder: string): Promise<RunnerResult> {
  const result = await run('migrate', database, folder);
  expectExit(result, 'OK');
  return result;
}

/** Without the times of now, which no two databases share. */
async function comparable(database: TestDatabase) {
  const { columns, rows } = await readHistoryTable(database);
  return {
    columns,
    rows: rows.map((row) => ('applied_at' in row ? { ...row, applied_at: row.applied_at !== null } : row)),
  };
}

/** Neither of Drizzle's migrators, nor ours, may find anything to do. */
async function expectNothingToDo(
  database: TestDatabase,
  ...migrators: readonly [(database: TestDatabase, folder: string) => Promise<unknown>, string][]
) {
  const state = async () => [await readCatalog(database.sql), await readHistoryTable(database)];
  const before = await state();
  for (const [migrate, folder] of migrators) await migrate(database, folder);
  expect(await state()).toEqual(before);
}

test.concurrent('a fresh database becomes what drizzle-orm 1.0 makes of it, and neither finds anything to do after the other', () =>
  withDatabase((first) =>
    withDatabase(async (second) => {
      const folder = folderPerMigration([...UPPED, NEW]);
      const result = await ours(first, folder);
      expect(result.end).toMatchObject({ applied: 4, last: NEW.tag });
      await migrateWithDrizzle1(second, folder);
      expect(await comparable(first)).toEqual(await comparable(second));
      expect(await readCatalog(first.sql)).toEqual(await readCatalog(second.sql));
      await expectNothingToDo(first, [migrateWithDrizzle1, folder], [ours, folder]);
      await expectNothingToDo(second, [ours, folder]);
    }),
  ));

test.concurrent('a history that 0.x began is upgraded as drizzle-orm 1.0 does it, column by column and row by row', () =>
  withDatabase((first) =>
    withDatabase(async (second) => {
      for (const database of [first, second]) {
        await migrateWithDrizzle0(database, migrationsFolder(OLD));
        // Recorded twice, edited since, and with another time than the folder's name has.
        await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) select hash, created_at from drizzle.__drizzle_migrations where id = 1`;
        await database.sql`update drizzle.__drizzle_migrations set created_at = 5 where id = 3`;
      }
      const folder = folderPerMigration([...UPPED, NEW]);
      const preflight = await run('preflight', first, folder);
      expectExit(preflight, 'OK');
      const passed = named(preflight, 'check_passed').map(({ message }) => message);
      expect(passed.join('\n')).toMatch(/4 rows; migrate will give it the format of/);
      const result = await ours(first, folder);
      expect(result.end).toMatchObject({ applied: 1, last: NEW.tag });
      expect(named(result, 'history_upgraded')).toHaveLength(1);
      await migrateWithDrizzle1(second, folder);
      const upgraded = await comparable(first);
      expect(upgraded).toEqual(await comparable(second));
      expect(upgraded.rows.map(({ name, applied_at }) => [name, applied_at])).toEqual([
        ...[UPPED[0], UPPED[1], UPPED[2], UPPED[0]].map((migration) => [migration?.tag, false]),
        [NEW.tag, true],
      ]);
      expect(await readCatalog(first.sql)).toEqual(await readCatalog(second.sql));
      await expectNothingToDo(first, [migrateWithDrizzle1, folder], [ours, folder]);
      await expectNothingToDo(second, [ours, folder]);
    }),
  ));

test.concurrent('it is upgraded when nothing is pending too, once, however many runners start', () =>
  withDatabase(async (database) => {
    await migrateWithDrizzle0(database, migrationsFolder(OLD));
    const folder = folderPerMigration(UPPED);
    const results = await Promise.all(Array.from({ length: 6 }, () => ours(database, folder)));
    expect(results.flatMap((result) => named(result, 'history_upgraded'))).toHaveLength(1);
    expect((await comparable(database)).rows).toMatchObject(
      UPPED.map(({ tag }) => ({ name: tag, applied_at: false })),
    );
    await expectNothingToDo(database, [migrateWithDrizzle1, folder]);
  }));

test.concurrent('nothing but migrate upgrades it, and a folder of 0.x never does', () =>
  withDatabase(async (database) => {
    await migrateWithDrizzle0(database, migrationsFolder(OLD));
    const commands = ['preflight', 'status', 'rollback-preflight'].map((command) =>
      run(command, database, folderPerMigration(UPPED), { ROLLBACK_TARGET: UPPED[2]?.tag ?? '' }),
    );
    for (const result of await Promise.all(commands)) expect(result.code).toBe(0);
    await ours(database, migrationsFolder(OLD));
    expect((await comparable(database)).columns).toHaveLength(3);
  }));

test.concurrent('an older release in the 0.x layout works on a history of 1.0, and what it adds is known to both', () =>
  withDatabase(async (database) => {
    await migrateWithDrizzle0(database, migrationsFolder(OLD.slice(0, 2)));
    await migrateWithDrizzle1(database, folderPerMigration(UPPED.slice(0, 2)));
    const result = await ours(database, migrationsFolder(OLD));
    expect(result.end).toMatchObject({ applied: 1, last: '0002_c_three' });
    const { rows } = await comparable(database);
    expect(rows.at(-1)).toMatchObject({
      name: UPPED[2]?.tag,
      created_at: String(OLD[2]?.when),
      applied_at: true,
    });
    await expectNothingToDo(
      database,
      [migrateWithDrizzle0, migrationsFolder(OLD)],
      [migrateWithDrizzle1, folderPerMigration(UPPED)],
      [ours, folderPerMigration(UPPED)],
    );
  }));

test.concurrent('rows that 0.x wrote into a table of 1.0 get their names, so that 1.0 does not apply them again', () =>
  withDatabase(async (database) => {
    await migrateWithDrizzle1(database, folderPerMigration(UPPED.slice(0, 1)));
    await database.sql`update drizzle.__drizzle_migrations set created_at = ${OLD[0]?.when ?? 0}`;
    await migrateWithDrizzle0(database, migrationsFolder(OLD));
    expect((await comparable(database)).rows.map(({ name }) => name)).toEqual([UPPED[0]?.tag, null, null]);
    const result = await ours(database, folderPerMigration(UPPED));
    expect(named(result, 'history_upgraded')[0]?.message).toMatch(
      /2 rows that drizzle-orm 0.x wrote got the name/,
    );
    expect(named(result, 'nothing_pending')).toHaveLength(1);
    await expectNothingToDo(database, [migrateWithDrizzle1, folderPerMigration(UPPED)]);
  }));

/** The database for a role that may add rows to the history, but neither change them nor alter the table. */
async function withWriter(
  database: TestDatabase,
  use: (writer: TestDatabase) => Promise<void>,
): Promise<void> {
  const { url, sql, name } = database;
  const role = `r_${name}`;
  await sql.unsafe(`create role ${role} login password 'weak-password'`);
  try {
    await sql.unsafe(
      `grant usage on schema drizzle to ${role}; grant select, insert on drizzle.__drizzle_migrations to ${role};
       grant usage on sequence drizzle.__drizzle_migrations_id_seq to ${role}`,
    );
    await use({
      ...database,
      url: Object.assign(new URL(url), { username: role, password: 'weak-password' }).href,
    });
  } finally {
    await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  }
}

test.concurrent('a role that may not change rows migrates all the same, with a warning', () =>
  withDatabase(async (database) => {
    const { sql } = database;
    await migrateWithDrizzle1(database, folderPerMigration(UPPED));
    await sql`update drizzle.__drizzle_migrations set name = null where id = 1`;
    await withWriter(database, async (writer) => {
      const result = await ours(writer, folderPerMigration(UPPED));
      expect(named(result, 'history_warning')[0]?.message).toMatch(/1 row without a name.*grant UPDATE/);
    });
  }));

test.concurrent('only its owner can upgrade the table, and pre-flight says so', () =>
  withDatabase(async (database) => {
    await migrateWithDrizzle0(database, migrationsFolder(OLD));
    await withWriter(database, async (writer) => {
      const preflight = await run('preflight', writer, folderPerMigration(UPPED));
      expectExit(preflight, 'ACCESS');
      expect(preflight.end.message).toMatch(/only its owner can add them; migrate once as the owner/);
      expectExit(await run('migrate', writer, folderPerMigration(UPPED)), 'ACCESS');
    });
  }));

test.concurrent('a history that 1.0 refuses to upgrade stays as it is', () =>
  withDatabase(async (database) => {
    const later = { tag: '0003_d_later', sql: 'select 1', when: 1_700_000_009_000 };
    await migrateWithDrizzle0(database, migrationsFolder([...OLD, later]));
    const release = folderPerMigration(UPPED);
    await expect(migrateWithDrizzle1(database, release)).rejects.toThrow(/do not match any local migration/);
    const ahead = await ours(database, release);
    expect(named(ahead, 'history_warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the database is ahead/),
      expect.stringMatching(/keeps its old format: 1 row without a file here \(history id 4\)/),
    ]);
    const branch = folderPerMigration([...UPPED, NEW]);
    expectExit(await run('migrate', database, branch), 'MISMATCH');
    expectExit(await run('migrate', database, branch, { ALLOW_DIVERGED: 'true' }), 'OK');
    expect((await comparable(database)).columns).toHaveLength(3);
    // The release that has all files finds every row, and upgrades.
    const whole = folderPerMigration([...afterUp([...OLD, later]), NEW]);
    await ours(database, whole);
    expect((await comparable(database)).columns).toHaveLength(5);
    await expectNothingToDo(database, [migrateWithDrizzle1, whole]);
  }));

test.concurrent('migrations alike in second and content each keep a row, where 1.0 would run the second again', () =>
  withDatabase(async (database) => {
    const twins = [
      { tag: '0000_a', sql: 'create table if not exists t ();', when: 1_700_000_000_100 },
      { tag: '0001_b', sql: 'create table if not exists t ();', when: 1_700_000_000_200 },
    ];
    await migrateWithDrizzle0(database, migrationsFolder(twins));
    const folder = folderPerMigration(afterUp(twins));
    await ours(database, folder);
    expect((await comparable(database)).rows.map(({ name }) => name)).toEqual(
      afterUp(twins).map(({ tag }) => tag),
    );
    await expectNothingToDo(database, [migrateWithDrizzle1, folder]);
  }));

test.concurrent('a rollback in the 1.x layout takes the scripts beside the migrations, on either format', () =>
  withDatabase(async (database) => {
    await migrateWithDrizzle0(database, migrationsFolder(OLD));
    const folder = folderPerMigration(UPPED);
    const target = { ROLLBACK_TARGET: UPPED[1]?.tag ?? '' };
    const plan = await run('rollback', database, folder, target);
    expectExit(plan, 'NOT_CONFIRMED');
    expect(named(plan, 'rollback_plan')[0]?.detail).toContain(`(${UPPED[2]?.tag}/rollback.sql,`);
    const token = String(named(plan, 'rollback_plan')[0]?.token);
    expectExit(await run('rollback', database, folder, { ...target, ROLLBACK_CONFIRM: token }), 'OK');
    expect((await comparable(database)).rows).toHaveLength(2);
    await ours(database, folder);
    expect((await comparable(database)).rows.map(({ name }) => name)).toEqual(UPPED.map(({ tag }) => tag));
  }));
