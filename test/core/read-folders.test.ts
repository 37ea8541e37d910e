import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JournalError, readJournal, sha256 } from '../../core/journal';
import {
  afterUp,
  type FolderMigration,
  folderPerMigration,
  migrationsFolder,
  writeFolder,
} from '../support/migrations-folder';

const ONE: FolderMigration = { tag: '20240102030405_one', sql: 'create table one ();' };
const TWO: FolderMigration = { tag: '20240102030406_two', sql: 'create table two ();' };

function problemsOf(folder: string): readonly string[] {
  try {
    readJournal(folder);
  } catch (error) {
    if (error instanceof JournalError) return error.problems;
    throw error;
  }
  return [];
}

test('each folder is a migration: its name is tag, name and time', () => {
  const folder = folderPerMigration([TWO, ONE], { 'README.md': '', '.gitkeep': '', 'empty/x.txt': '' });
  const { layout, migrations, warnings } = readJournal(folder);
  expect({ layout, warnings }).toEqual({ layout: '1.x', warnings: [] });
  expect(migrations).toEqual([
    expect.objectContaining({
      ...{ tag: ONE.tag, name: ONE.tag, layout: '1.x', position: 0, sql: ONE.sql, hash: sha256(ONE.sql) },
      ...{ when: Date.UTC(2024, 0, 2, 3, 4, 5), file: `${ONE.tag}/migration.sql` },
      path: join(folder, ONE.tag, 'migration.sql'),
    }),
    expect.objectContaining({ tag: TWO.tag, position: 1 }),
  ]);
});

test("the order is Drizzle's: names as people sort them, whatever the locale of the machine", () => {
  const tags = [
    '20240101000000_b',
    '20240101000000_A',
    '20240101000000_ä',
    '20240101000000',
    '20231231235959_z',
  ];
  const folder = folderPerMigration(tags.map((tag) => ({ tag, sql: '' })));
  const { migrations, warnings } = readJournal(folder);
  expect(migrations.map(({ tag }) => tag)).toEqual([
    ...['20231231235959_z', '20240101000000', '20240101000000_A', '20240101000000_ä', '20240101000000_b'],
  ]);
  expect(warnings).toHaveLength(3);
  expect(warnings[0]).toMatch(
    /20240101000000 and 20240101000000_A have the same time; the rest of their names/,
  );
});

test('what Drizzle passes over is passed over with a warning', () => {
  const folder = folderPerMigration([ONE], { '20240102030407_lost/snapshot.json': '{}', '0003_old.sql': '' });
  expect(readJournal(folder).warnings).toEqual([
    expect.stringMatching(/^0003_old.sql stands in the folder, but in none of a migration's own/),
    expect.stringMatching(/^20240102030407_lost has no migration.sql/),
  ]);
});

test('all problems are told at once', () => {
  const folder = folderPerMigration([ONE], {
    '20240101_short/migration.sql': 'select 1',
    [`${TWO.tag}/migration.sql`]: Buffer.from([0xff]),
    '20240109000000_\u00e9/migration.sql': '',
    '20240109000000_e\u0301/migration.sql': '',
  });
  mkdirSync(join(folder, '20240110000000_folder', 'migration.sql'), { recursive: true });
  expect(problemsOf(folder)).toEqual([
    expect.stringMatching(
      /^the folder "20240101_short" does not begin with a time of 14 digits.*; rename or remove/,
    ),
    expect.stringMatching(/^the folders "20240109000000_.*" and ".*" sort alike.*; rename one/),
    expect.stringMatching(/two\/migration.sql is not valid UTF-8; save it as UTF-8$/),
    expect.stringMatching(/folder\/migration.sql cannot be read \(EISDIR\)/),
  ]);
});

describe('a folder with both layouts', () => {
  const OLD: readonly FolderMigration[] = [
    { tag: '0000_one', sql: 'create table one ();', when: 1_700_000_000_123 },
    { tag: '0001_two', sql: 'create table two ();', when: 1_700_000_001_456 },
  ];
  const filesOf = (migrations: readonly FolderMigration[]) =>
    Object.fromEntries(afterUp(migrations).map(({ tag, sql }) => [`${tag}/migration.sql`, sql]));
  const journalOf = (migrations: readonly FolderMigration[]) =>
    JSON.stringify({ entries: migrations.map(({ tag, when }, idx) => ({ idx, tag, when })) });

  test('a meta/ without journal is no layout', () => {
    expect(readJournal(writeFolder({ ...filesOf(OLD), 'meta/0000_snapshot.json': '{}' }))).toMatchObject({
      ...{ layout: '1.x', warnings: [] },
    });
  });

  test('a journal whose files were moved is left over', () => {
    const added = { '20250101000000_three/migration.sql': 'create table three ();' };
    const folder = writeFolder({ ...filesOf(OLD), ...added, 'meta/_journal.json': journalOf(OLD) });
    const { layout, migrations, warnings } = readJournal(folder);
    expect([layout, migrations.length]).toEqual(['1.x', 3]);
    expect(warnings).toEqual([
      expect.stringMatching(/is left from drizzle-kit 0.x and ignored.*so remove meta\//),
    ]);
  });

  test('a journal with all files counts, as for drizzle-orm 0.x', () => {
    for (const folders of [filesOf(OLD), filesOf(OLD.slice(1))]) {
      const { layout, warnings } = readJournal(migrationsFolder(OLD, folders));
      expect(layout).toBe('0.x');
      expect(warnings).toEqual([
        expect.stringMatching(/repeat migrations of meta\/_journal.json and are ignored/),
      ]);
    }
  });

  test('folders that only happen to have a migration.sql are none', () => {
    expect(readJournal(migrationsFolder(OLD, { 'docs/migration.sql': '' })).layout).toBe('0.x');
  });

  test('where each has something of its own, nobody can say what belongs to it', () => {
    const folder = migrationsFolder(OLD.slice(0, 1), { '20250101000000_three/migration.sql': 'select 3' });
    expect(problemsOf(folder)).toEqual([
      'has both layouts of drizzle-kit, and neither holds all migrations (only in meta/_journal.json: 0000_one; only as a folder: 20250101000000_three); finish `drizzle-kit up` or remove one layout',
    ]);
    writeFileSync(join(folder, 'meta', '_journal.json'), '{');
    expect(problemsOf(folder)).toEqual([expect.stringContaining('is not valid JSON')]);
  });
});
