import { existsSync } from 'node:fs';
import { compareNames, timeOfName } from './drizzle-names';
import type { FolderContent } from './folder-content';
import { pathIn } from './path-in';
import type { Remark } from './types';

/** The file in each folder of the 1.x layout. */
export const MIGRATION_FILE = 'migration.sql';

/** The folders that drizzle-orm 1.0 takes for migrations: all with a `migration.sql`, whatever they are called. */
export function migrationFolders(folder: string, names: readonly string[]): string[] {
  const pathOf = pathIn(folder);
  return names.filter((name) => existsSync(pathOf(`${name}/${MIGRATION_FILE}`))).sort(compareNames);
}

/** Reads the 1.x layout: a folder for each migration, in the order of their names. */
export function readFolderLayout(names: readonly string[], folders: readonly string[]): FolderContent {
  const problems: string[] = [];
  for (const [index, name] of folders.entries()) {
    if (Number.isNaN(timeOfName(name))) {
      problems.push(
        `the folder ${JSON.stringify(name)} does not begin with a time of 14 digits, so Drizzle can't record its ${MIGRATION_FILE}; rename or remove it`,
      );
    }
    const before = folders[index - 1];
    if (before !== undefined && compareNames(before, name) === 0) {
      problems.push(
        `the folders ${JSON.stringify(before)} and ${JSON.stringify(name)} sort alike, so their order is not known; rename one of them`,
      );
    }
  }
  const entries = folders.map((name) => ({
    ...{ tag: name, when: timeOfName(name), file: `${name}/${MIGRATION_FILE}` },
  }));
  return { layout: '1.x', entries, problems, remarks: outsideRemarks(names, new Set(folders)) };
}

function outsideRemarks(names: readonly string[], folders: ReadonlySet<string>): Remark[] {
  return names.flatMap((name) => {
    if (folders.has(name)) return [];
    if (/^\d{14}_/.test(name) && !name.endsWith('.sql')) {
      const message = `${name} has no ${MIGRATION_FILE}, so it is never applied`;
      return [{ kind: 'stray-file', message, files: [name] }];
    }
    if (!name.endsWith('.sql') || name.endsWith('.down.sql')) return [];
    const message = `${name} stands in the folder, but in none of a migration's own, so it is never applied`;
    return [{ kind: 'stray-file', message, files: [name] }];
  });
}
