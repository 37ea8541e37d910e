import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  findRollbackScript,
  type Migration,
  preferredScriptName,
  RollbackScriptError,
  readJournal,
  rollbackScriptNames,
  sha256,
  sharedNumberProblem,
} from '../../core/journal';
import { folderPerMigration, migrationsFolder } from '../support/migrations-folder';

const FILES = ['rollback/0003_rollback.sql', 'rollback/0003_add.sql', '0003_add.down.sql'];

function folderWith(...names: string[]): { folder: string; migration: Migration } {
  const files = Object.fromEntries(names.map((name) => [name, `-- ${name}\r\n`]));
  const folder = migrationsFolder([{ tag: '0003_add', sql: 'select 1' }], files);
  const [migration] = readJournal(folder).migrations;
  if (!migration) throw new Error('the folder is empty');
  return { folder, migration };
}

test.each(FILES)('%s is found', (name) => {
  const { folder, migration } = folderWith(name);
  expect(findRollbackScript(migration, folder)).toEqual({
    ...{ migration, path: join(folder, name), name, file: basename(name), sql: `-- ${name}\r\n` },
    hash: sha256(`-- ${name}\n`),
  });
});

describe('in the layout of drizzle-kit 1.x', () => {
  const TAG = '20240102030405_add';
  const NAMES = [`${TAG}/rollback.sql`, `${TAG}/down.sql`, `rollback/${TAG}.sql`, `${TAG}.down.sql`];
  const scriptOf = (...names: string[]) => {
    const files = Object.fromEntries(names.map((name) => [name, `-- ${name}`]));
    const folder = folderPerMigration([{ tag: TAG, sql: 'select 1' }], files);
    return readJournal(folder).migrations.map((migration) => findRollbackScript(migration, folder))[0];
  };

  test.each(NAMES)('%s is found', (name) => {
    const file = name.startsWith(`${TAG}/`) ? name : basename(name);
    expect(scriptOf(name)).toMatchObject({ file, sql: `-- ${name}` });
  });

  test('a second one is refused', () => {
    expect(() => scriptOf(...NAMES.slice(0, 2))).toThrow(/has 2 rollback scripts .*; keep one of them/);
  });

  test('a folder of the 0.x layout has none there', () => {
    const { folder, migration } = folderWith('0003_add/down.sql');
    expect(findRollbackScript(migration, folder)).toBeUndefined();
  });
});

test('there need not be one', () => {
  const { folder, migration } = folderWith('rollback/0004_rollback.sql', 'rollback/003_rollback.sql');
  expect(findRollbackScript(migration, folder)).toBeUndefined();
});

test.each(FILES)('a second one beside %s is refused', (name) => {
  const others = FILES.filter((other) => other !== name);
  for (const other of others) {
    const { folder, migration } = folderWith(name, other);
    expect(() => findRollbackScript(migration, folder)).toThrow(/0003_add has 2 rollback scripts.*keep one/);
  }
});

test('the folder of scripts comes before the migrations folder, and what it lacks is found there', () => {
  const { folder, migration } = folderWith(FILES[0] ?? '');
  const mounted = migrationsFolder([], { 'rollback/0003_add.sql': '-- mounted' });
  expect(findRollbackScript(migration, folder, mounted)?.sql).toBe('-- mounted');
  expect(findRollbackScript(migration, folder, migrationsFolder([]))?.path).toBe(
    join(folder, FILES[0] ?? ''),
  );
});

test('one that is no text is refused', () => {
  const [name = ''] = FILES;
  const { folder, migration } = folderWith(name);
  const find = () => findRollbackScript(migration, folder);
  writeFileSync(join(folder, name), Buffer.from([0x2d, 0x2d, 0xff]));
  expect(find).toThrow(RollbackScriptError);
  expect(find).toThrow(/0003_rollback.sql is not valid UTF-8; save it as UTF-8$/);
  rmSync(join(folder, name));
  mkdirSync(join(folder, name));
  expect(find).toThrow(/cannot be read \(EISDIR\); make it a readable file/);
});

test('one that leads nowhere is refused, and not passed over for that of the image', () => {
  const { folder, migration } = folderWith(FILES[0] ?? '');
  const mounted = migrationsFolder([], { 'rollback/other.sql': '' });
  symlinkSync('gone.sql', join(mounted, 'rollback', '0003_add.sql'));
  expect(() => findRollbackScript(migration, folder, mounted)).toThrow(
    /0003_add.sql cannot be read \(ENOENT\)/,
  );
});

test('a folder that can not be entered is not taken for an empty one', () => {
  const { folder, migration } = folderWith(FILES[0] ?? '');
  const mounted = migrationsFolder([]);
  symlinkSync('rollback', join(mounted, 'rollback'));
  expect(() => findRollbackScript(migration, folder, mounted)).toThrow(RollbackScriptError);
});

describe('the name of a new script', () => {
  const namesIn = (folder: string) => {
    const journal = readJournal(folder);
    return journal.migrations.map((migration) => preferredScriptName(journal, migration));
  };
  const migrationsOf = (...tags: string[]) => tags.map((tag) => ({ tag, sql: 'select 1' }));

  test('has the number where it is the migration’s own', () => {
    const folder = migrationsFolder(migrationsOf('0000_one', '0001_two', '0001_branch', 'three'));
    expect(namesIn(folder)).toEqual([
      'rollback/0000_rollback.sql',
      'rollback/0001_two.sql',
      'rollback/0001_branch.sql',
      'rollback/three.sql',
    ]);
  });

  test('is that of its own folder in the layout of drizzle-kit 1.x', () => {
    const [tag] = ['20240102030405_one'];
    expect(namesIn(folderPerMigration(migrationsOf(tag)))).toEqual([`${tag}/rollback.sql`]);
  });

  test('is one under which it is found, and which nobody shares', () => {
    for (const folder of [
      migrationsFolder(migrationsOf('0000_one', '0001_two', '0001_branch', '0002_rollback')),
      folderPerMigration(migrationsOf('20240102030405_one', '20240102030405_two')),
    ]) {
      const journal = readJournal(folder);
      for (const migration of journal.migrations) {
        const name = preferredScriptName(journal, migration);
        expect(rollbackScriptNames(migration)).toContain(name);
        expect(sharedNumberProblem(journal, { migration, name })).toBeUndefined();
      }
    }
  });
});

test('a script named after a number that two migrations have is nobody’s', () => {
  const journal = readJournal(
    migrationsFolder(['0000_one', '0001_two', '0001_branch'].map((tag) => ({ tag, sql: 'select 1' }))),
  );
  const problems = journal.migrations.map((migration) => {
    const name = `rollback/${migration.tag.slice(0, 4)}_rollback.sql`;
    return sharedNumberProblem(journal, { migration, name });
  });
  const shared =
    'rollback/0001_rollback.sql could belong to 0001_two or 0001_branch; name the scripts rollback/<tag>.sql';
  expect(problems).toEqual([undefined, shared, shared]);
});
