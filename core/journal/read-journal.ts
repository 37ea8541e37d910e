import { readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { chooseLayout } from './choose-layout';
import { nameAfterUp } from './drizzle-names';
import type { Entry } from './folder-content';
import { type ContentHashes, digestMigrations, hashContent, hasMark, sha256 } from './hash';
import { orderRemarks } from './order-remarks';
import { ReadTextError, readUtf8, textOf } from './read-text';
import { type Journal, JournalError, type Layout, type Migration, type Remark } from './types';

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
  const hashed: (Entry & ContentHashes)[] = [];
  const marked: Entry[] = [];
  for (const entry of content.entries) {
    const path = join(folder, ...entry.file.split('/'));
    const bytes = bytesOf(path, problems, entry, layout);
    if (!bytes) continue;
    const hashes = hashContent(bytes);
    hashed.push({ ...entry, ...hashes });
    if (hasMark(bytes)) marked.push(entry);
    migrations.push(migrationOf(entry, layout, migrations.length, path, hashes));
  }
  if (problems.length > 0) throw new JournalError(folder, problems);
  const remarks = [...content.remarks, ...marked.map(markRemark), ...orderRemarks(migrations)];
  return {
    ...{ folder, layout, migrations, digest: digestMigrations(hashed), remarks },
    warnings: remarks.map(({ message }) => message),
  };
}

function migrationOf(
  { tag, when, file }: Entry,
  layout: Layout,
  position: number,
  path: string,
  { hash, equalHashes, lfHash }: ContentHashes,
): Migration {
  const name = layout === '1.x' ? tag : nameAfterUp(tag, when);
  let text: string | undefined;
  return {
    ...{ tag, layout, name, position, when, hash, equalHashes, lfHash, file, path },
    // What is applied already, which is nearly everything, is never asked for, and can be large.
    get sql() {
      text ??= hashedText(path, hash);
      return text;
    },
  };
}

/** What is run must be what was compared. @throws JournalError when the file is another one by now, or gone. */
function hashedText(path: string, hash: string): string {
  try {
    const bytes = readUtf8(path);
    if (sha256(bytes) !== hash) throw new ReadTextError(path, 'CHANGED');
    return textOf(bytes);
  } catch (error) {
    if (!(error instanceof ReadTextError)) throw error;
    throw new JournalError(dirname(path), [error.message]);
  }
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

/** The content of a migration's file; a fault goes to `problems`. */
function bytesOf(path: string, problems: string[], { tag }: Entry, layout: Layout): Buffer | undefined {
  try {
    return readUtf8(path);
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

function markRemark({ file }: Entry): Remark {
  const message = `${file} begins with a byte order mark, on which Drizzle's own migrator fails; save it without (it stays the same migration)`;
  return { kind: 'byte-order-mark', message, files: [file] };
}
