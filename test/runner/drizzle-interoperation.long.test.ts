import { readJournal } from '../../core/journal';
import { planUnits } from '../../runner/src/migrate/plan-units';
import { readCatalog } from '../migrations/catalog';
import { FOLDER } from '../migrations/reference-folder';
import { type TestDatabase, withDatabase } from '../support/database';
import { migrateWithDrizzle0 } from '../support/drizzle';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

/** The reference migrations that Drizzle's own migrator can apply too: those before the first enum value it would use at once. */
async function compatibleFolder(): Promise<string> {
  const units = await planUnits(readJournal(FOLDER).migrations);
  const first = units[0]?.migrations ?? [];
  return migrationsFolder(first.map(({ migration: { tag, sql, when } }) => ({ tag, sql, when })));
}

const ours = ({ url }: TestDatabase, folder: string) =>
  runRunner({ args: ['migrate'], env: environment(url, folder) });
const history = ({ sql }: TestDatabase) =>
  sql`select * from drizzle.__drizzle_migrations order by id`.then((rows) => [...rows]);

test("Drizzle's migrator and ours leave the same database, and neither finds anything to do after the other", () =>
  withDatabase((first) =>
    withDatabase(async (second) => {
      const folder = await compatibleFolder();
      expect(readJournal(folder).migrations.length).toBeGreaterThan(5);
      expectExit(await ours(first, folder), 'OK');
      await migrateWithDrizzle0(second, folder);
      const expected = { catalog: await readCatalog(first.sql), history: await history(first) };
      expect({ catalog: await readCatalog(second.sql), history: await history(second) }).toEqual(expected);

      await migrateWithDrizzle0(first, folder);
      const result = await ours(second, folder);
      expectExit(result, 'OK');
      expect(named(result, 'nothing_pending')).toHaveLength(1);
      for (const database of [first, second]) {
        expect({ catalog: await readCatalog(database.sql), history: await history(database) }).toEqual(
          expected,
        );
      }
    }),
  ));

test("Drizzle's migrator goes on where ours stopped", () =>
  withDatabase(async (database) => {
    const one = { tag: '0000_one', sql: 'create table one ();' };
    expectExit(await ours(database, migrationsFolder([one])), 'OK');
    await migrateWithDrizzle0(
      database,
      migrationsFolder([one, { tag: '0001_two', sql: 'create table two ();' }]),
    );
    expect(await history(database)).toHaveLength(2);
  }));
