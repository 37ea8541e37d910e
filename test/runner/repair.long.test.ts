import { readCatalog } from '../migrations/catalog';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one (a int);' };
const TWO: FolderMigration = { tag: '0001_two', sql: 'create table two (b text);' };
const THREE: FolderMigration = { tag: '0002_three', sql: 'create table three (c int);' };
const edited = (migration: FolderMigration) => ({ ...migration, sql: `${migration.sql} -- edited` });

const run = ({ url }: TestDatabase, folder: string, ...args: string[]) =>
  runRunner({ args, env: environment(url, folder) });
const tokenOf = (result: RunnerResult) => String(named(result, 'repair_plan')[0]?.token);
const history = ({ sql }: TestDatabase) =>
  sql`select id, hash, created_at::text from drizzle.__drizzle_migrations order by id`.then((rows) => [
    ...rows,
  ]);

/** Plans and carries out; without the token nothing may change. */
async function repair(database: TestDatabase, folder: string, ...args: string[]): Promise<RunnerResult> {
  const before = await history(database);
  const plan = await run(database, folder, 'repair', ...args);
  expectExit(plan, 'NOT_CONFIRMED');
  expect(plan.end.remedy).toContain(`--confirm ${tokenOf(plan)}`);
  expect(await history(database)).toEqual(before);
  const result = await run(database, folder, 'repair', ...args, '--confirm', tokenOf(plan));
  expectExit(result, 'OK');
  return result;
}

const withThree = (use: (database: TestDatabase) => Promise<void>) =>
  withDatabase(async (database) => {
    expectExit(await run(database, migrationsFolder([ONE, TWO, THREE]), 'migrate'), 'OK');
    await use(database);
  });

test.concurrent('edited files are accepted, and only those that are named; old and new are shown', () =>
  withThree(async (database) => {
    const folder = migrationsFolder([edited(ONE), edited(TWO), THREE]);
    expectExit(await run(database, folder, 'migrate'), 'MISMATCH');
    const before = await history(database);
    const result = await repair(database, folder, '--accept', '0001');
    const after = await history(database);
    expect(after.map((row, index) => row.hash !== before[index]?.hash)).toEqual([false, true, false]);
    expect(named(result, 'repair_plan')[0]?.history_rows).toEqual([
      expect.objectContaining({
        ...{ id: 2, migration: '0001_two' },
        old: { hash: before[1]?.hash, createdAt: Number(before[1]?.created_at) },
        new: { hash: after[1]?.hash, createdAt: Number(after[1]?.created_at) },
      }),
    ]);
    expect(named(result, 'repair_warning')[0]?.message).toContain('0000_one stays edited');
    await repair(database, folder);
    expectExit(await run(database, folder, 'migrate'), 'OK');
    expect(named(await run(database, folder, 'repair'), 'nothing_to_repair')).toHaveLength(1);
  }));

test.concurrent('timestamps are restamped, duplicates and the progress of applied migrations go; the schema stays as it is', () =>
  withThree(async (database) => {
    await database.sql.unsafe(`
      insert into drizzle.__drizzle_migrations (hash, created_at) select hash, created_at from drizzle.__drizzle_migrations where id = 1;
      create table drizzle.__drizzle_gate_progress (history_table text, migration text, statement int, hash text, state text);
      insert into drizzle.__drizzle_gate_progress select '__drizzle_migrations', tag, 1, 'x', 'done'
        from unnest('{0000_one,nosuch,0003_open}'::text[]) tag`);
    const catalog = await readCatalog(database.sql);
    const folder = migrationsFolder([
      ONE,
      TWO,
      { ...THREE, when: 1_800_000_000_000 },
      { tag: '0003_open', sql: 'select 1', when: 1_900_000_000_000 },
    ]);
    const result = await repair(database, folder);
    expect(named(result, 'repair_warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^0003_open: statement 1 has run already, .* repair --forget 0003_open$/),
      expect.stringMatching(
        /^nosuch stopped midway \(statement 1 has run\), but no migration of this folder/,
      ),
    ]);
    expect((await history(database)).map(({ id, created_at }) => [id, created_at])).toEqual([
      [1, '1700000000000'],
      [2, '1700000001000'],
      [3, '1800000000000'],
    ]);
    // Of an older format, and somebody may still go on with these.
    expect([
      ...(await database.sql`select migration from drizzle.__drizzle_gate_progress order by 1`),
    ]).toEqual([{ migration: '0003_open' }, { migration: 'nosuch' }]);
    expect(await readCatalog(database.sql)).toEqual(catalog);
  }));

test.concurrent('rows without a file go only when they are asked for', () =>
  withThree(async (database) => {
    const folder = migrationsFolder([ONE]);
    const kept = await run(database, folder, 'repair');
    expectExit(kept, 'OK');
    expect(named(kept, 'repair_warning').map(({ message }) => message)).toEqual([
      expect.stringContaining('history id 2 has no file'),
      expect.stringContaining('history id 3 has no file'),
    ]);
    await repair(database, folder, '--remove-orphan', '3');
    expect((await history(database)).map(({ id }) => id)).toEqual([1, 2]);
    await repair(database, folder, '--remove-orphans');
    expect((await history(database)).map(({ id }) => id)).toEqual([1]);
  }));

test.concurrent('options that name nothing wrong, and tokens of another plan, are refused', () =>
  withThree(async (database) => {
    const folder = migrationsFolder([edited(ONE), TWO, THREE]);
    const before = await history(database);
    const wrong = await run(database, folder, 'repair', '--accept', '0001_two', '--remove-orphan', '9');
    expectExit(wrong, 'CONFIG');
    for (const part of ['"0001_two", which is no edited migration', 'has 9, which is no row']) {
      expect(wrong.end.detail).toContain(part);
    }
    const token = tokenOf(await run(database, folder, 'repair'));
    const other = migrationsFolder([edited(edited(ONE)), TWO, THREE]);
    expectExit(await run(database, other, 'repair', '--confirm', token), 'NOT_CONFIRMED');
    expect(await history(database)).toEqual(before);
    const both = await Promise.all([1, 2].map(() => run(database, folder, 'repair', '--confirm', token)));
    for (const result of both) expectExit(result, 'OK');
  }));

test.concurrent('a database without a history has nothing to repair', () =>
  withDatabase(async (database) => {
    expectExit(await run(database, migrationsFolder([ONE]), 'repair'), 'OK');
  }));

test.concurrent('without the privilege to change the history it is 77, and nothing changed', () =>
  withThree(async (database) => {
    const role = `reader_${database.name}`;
    await database.sql.unsafe(
      `create role ${role} login password 'p'; grant usage on schema drizzle to ${role}; grant select on drizzle.__drizzle_migrations to ${role}`,
    );
    try {
      const url = new URL(database.url);
      Object.assign(url, { username: role, password: 'p' });
      const folder = migrationsFolder([edited(ONE), TWO, THREE]);
      const env = environment(url.href, folder);
      const token = tokenOf(await runRunner({ args: ['repair'], env }));
      expectExit(await runRunner({ args: ['repair', '--confirm', token], env }), 'ACCESS');
    } finally {
      await database.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  }));
