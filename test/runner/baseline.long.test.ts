import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { readCatalog } from '../migrations/catalog';
import { apply, FOLDER, journal } from '../migrations/reference-folder';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one (a int);' };
const TWO: FolderMigration = {
  tag: '0001_two',
  sql: 'create table two (b text); create index two_b on two (b);',
};
const THREE: FolderMigration = { tag: '0002_three', sql: 'create table three (c int);' };

const run = ({ url }: TestDatabase, folder: string, args: string[], env: Record<string, string> = {}) =>
  runRunner({ args, env: environment(url, folder, env) });
const baseline = (database: TestDatabase, folder: string, to: string, confirm?: string) =>
  run(database, folder, ['baseline', '--to', to, ...(confirm === undefined ? [] : ['--confirm', confirm])]);
const tokenOf = (result: RunnerResult) => String(named(result, 'baseline_plan')[0]?.token);
const history = ({ sql }: TestDatabase) =>
  sql`select hash, created_at::text from drizzle.__drizzle_migrations order by id`.then((rows) => [...rows]);
const hasHistory = async ({ sql }: TestDatabase) =>
  (await sql`select to_regnamespace('drizzle') is not null as there`)[0]?.there;

test.concurrent('the reference schema, applied without a history, is found whole; afterwards nobody finds anything to do', () =>
  withDatabase((database) =>
    withDatabase(async (migrated) => {
      await apply(database.sql, journal.migrations);
      const catalog = await readCatalog(database.sql);
      const plan = await baseline(database, FOLDER, '0013');
      expectExit(plan, 'NOT_CONFIRMED');
      expect(plan.end.remedy).toContain(`repeat the command with --confirm ${tokenOf(plan)}`);
      const evidence = named(plan, 'baseline_evidence');
      expect(evidence.map(({ migration }) => migration)).toEqual(journal.migrations.map(({ tag }) => tag));
      expect(evidence.filter(({ level }) => level !== 'info')).toEqual([]);
      expect(await readCatalog(database.sql)).toEqual(catalog);

      const done = await baseline(database, FOLDER, '0013', tokenOf(plan));
      expectExit(done, 'OK');
      expect(named(done, 'history_status')[0]?.message).toContain('14 applied, 0 pending');
      const run14 = await run(migrated, FOLDER, ['migrate']);
      expectExit(run14, 'OK');
      expect(await history(database)).toEqual(await history(migrated));

      const again = await run(database, FOLDER, ['migrate']);
      expectExit(again, 'OK');
      expect(named(again, 'nothing_pending')).toHaveLength(1);
      await migrate(drizzle(database.sql), { migrationsFolder: FOLDER });
      expect(await history(database)).toHaveLength(14);
      expect(named(await baseline(database, FOLDER, '0013'), 'nothing_to_baseline')).toHaveLength(1);
    }),
  ));

test.concurrent('what is absent is refused, all of it named, whatever is confirmed', () =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([ONE, TWO]);
    await database.sql`create table one (a text)`;
    const plan = await baseline(database, folder, '0001_two');
    expectExit(plan, 'MISMATCH');
    for (const name of [
      'column one.a (its type is text, not int4)',
      '0001_two: absent: table two',
      'index two_b',
    ]) {
      expect(plan.end.detail).toContain(name);
    }
    expectExit(await baseline(database, folder, '0001_two', tokenOf(plan)), 'MISMATCH');
    expect(await hasHistory(database)).toBe(false);
  }));

test.concurrent('up to the middle: migrate goes on from there', () =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([ONE, TWO, THREE]);
    await database.sql.unsafe(`${ONE.sql} ${TWO.sql}`);
    const token = tokenOf(await baseline(database, folder, '1'.padStart(4, '0')));
    expectExit(await baseline(database, folder, '0001_two', token), 'OK');
    const result = await run(database, folder, ['migrate']);
    expectExit(result, 'OK');
    expect(named(result, 'migration_applied').map(({ migration }) => migration)).toEqual(['0002_three']);
  }));

test.concurrent('a token belongs to one plan: another target, a changed file or a changed database give another', () =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([ONE, TWO]);
    await database.sql.unsafe(`${ONE.sql} ${TWO.sql}`);
    const token = tokenOf(await baseline(database, folder, '0000_one'));
    for (const [where, to] of [
      [folder, '0001_two'],
      [migrationsFolder([{ ...ONE, sql: `${ONE.sql} ` }, TWO]), '0000_one'],
    ] as const) {
      const result = await baseline(database, where, to, token);
      expectExit(result, 'NOT_CONFIRMED');
      expect(result.end.message).toContain(token);
    }
    expect(await hasHistory(database)).toBe(false);
    await withDatabase(async (other) => {
      await other.sql.unsafe(`${ONE.sql} ${TWO.sql}`);
      expectExit(await baseline(other, folder, '0000_one', token), 'NOT_CONFIRMED');
    });
  }));

test.concurrent('two at once: one marks, the other finds it done', () =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([ONE, TWO]);
    await database.sql.unsafe(`${ONE.sql} ${TWO.sql}`);
    const token = tokenOf(await baseline(database, folder, '0001'));
    const results = await Promise.all([1, 2, 3].map(() => baseline(database, folder, '0001', token)));
    for (const result of results) expectExit(result, 'OK');
    expect(results.filter((result) => named(result, 'baseline_done').length > 0)).toHaveLength(1);
    expect(await history(database)).toHaveLength(2);
  }));

test.concurrent('a history that disagrees is refused, every reason at once; one that has begun is gone on with', () =>
  withDatabase(async (database) => {
    expectExit(await run(database, migrationsFolder([ONE, THREE]), ['migrate']), 'OK');
    await database.sql.unsafe(
      `${TWO.sql}; insert into drizzle.__drizzle_migrations (hash, created_at) values ('feed', 5)`,
    );
    const late = { ...TWO, when: 1_700_000_000_500 };
    const folder = migrationsFolder([
      { ...ONE, sql: `${ONE.sql}--` },
      late,
      { ...THREE, when: 1_700_000_001_000 },
    ]);
    const result = await baseline(database, folder, '0002');
    expectExit(result, 'MISMATCH');
    for (const reason of [
      '0000_one was edited',
      'history id 3 has no file',
      '0001_two is not recorded, but a later',
    ]) {
      expect(result.end.detail).toContain(reason);
    }
    expect(await history(database)).toHaveLength(3);
    await database.sql`delete from drizzle.__drizzle_migrations where id > 1`;
    const going = migrationsFolder([ONE, TWO, THREE]);
    expectExit(
      await baseline(database, going, '0002', tokenOf(await baseline(database, going, '0002'))),
      'OK',
    );
    expect(named(await run(database, going, ['migrate']), 'nothing_pending')).toHaveLength(1);
  }));

test.concurrent.each([
  ['nosuch', /"nosuch", but no migration has this name/],
  ['0000', /"0000", which 2 migrations begin with/],
])('--to %s is refused', (to, message) =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([ONE, { ...TWO, tag: '0000_two' }]);
    const result = await baseline(database, folder, to);
    expectExit(result, 'CONFIG');
    expect(result.end.message).toMatch(message);
  }),
);
