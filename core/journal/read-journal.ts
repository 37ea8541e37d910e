import { readdirSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { chooseLayout } from './choose-layout';
import { nameAfterUp } from './drizzle-names';
import type { Entry } from './folder-content';
import { BYTE_ORDER_MARK, digestMigrations, equalHashes, sha256 } from './hash';
import { orderWarnings } from './order-warnings';
import { ReadTextError, readText } from './read-text';
import { type Journal, JournalError, type Layout, type Migration } from './types';

/**
 * Reads a folder that drizzle-kit wrote, in the layout of 0.x or of 1.x.
 * What Drizzle itself would apply is accepted; only what makes order or content ambiguous is a fault.
 *
 * @param source the flag or variable that gave the folder, for messages.
 * @throws JournalError with all problems at once.
 */
export function readJournal(folder: string, source = 'MIGRATIONS_FOLDER'): Journal {
  const content = chooseLayout(folder, namesIn(folder, source));
  const { layout } = content;
  const problems = [...content.problems];
  const migrations: Migration[] = [];
  for (const entry of content.entries) {
    const path = join(folder, ...entry.file.split('/'));
    const sql = textOf(path, problems, entry, layout);
    if (sql !== undefined) migrations.push(migrationOf(entry, layout, migrations.length, path, sql));
  }
  if (problems.length > 0) throw new JournalError(folder, problems);
  return {
    ...{ folder, layout, migrations, digest: digestMigrations(migrations) },
    warnings: [...content.warnings, ...markWarnings(migrations), ...orderWarnings(migrations)],
  };
}

function migrationOf(
  { tag, when, file }: Entry,
  layout: Layout,
  position: number,
  path: string,
  sql: string,
): Migration {
  const name = layout === '1.x' ? tag : nameAfterUp(tag, when);
  return {
    tag,
    layout,
    name,
    position,
    when,
    sql,
    hash: sha256(sql),
    equalHashes: equalHashes(sql),
    file,
    path,
  };
}

function namesIn(folder: string, source: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const where = isAbsolute(folder) ? '' : ` (${resolve(folder)})`;
    const remedy = `give the folder that drizzle-kit writes as ${source}`;
    const problem =
      code === 'ENOENT'
        ? `the folder does not exist${where}; ${remedy}`
        : code === 'ENOTDIR'
          ? `is not a folder${where}; ${remedy}`
          : `the folder${where} cannot be read (${code}); make it readable`;
    throw new JournalError(folder, [problem]);
  }
}

/** The text of a migration's file; a fault goes to `problems`. */
function textOf(path: string, problems: string[], { tag }: Entry, layout: Layout): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (!(error instanceof ReadTextError)) throw error;
    problems.push(
      error.code === 'ENOENT' && layout === '0.x'
        ? `${tag} stands in the journal, but ${path} does not exist; restore the file or remove the entry`
        : error.message,
    );
    return undefined;
  }
}

function markWarnings(migrations: readonly Migration[]): string[] {
  return migrations
    .filter(({ sql }) => sql.startsWith(BYTE_ORDER_MARK))
    .map(
      ({ file }) =>
        `${file} begins with a byte order mark, on which Drizzle's own migrator fails; save it without (it stays the same migration)`,
    );
}
