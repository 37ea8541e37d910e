import { readdirSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { atOnce, type Turns } from '../turns';
import { chooseLayout } from './choose-layout';
import { nameAfterUp } from './drizzle-names';
import type { Entry } from './folder-content';
import { type ContentHashes, digestMigrations } from './hash';
import { hashFile, hashSpellings } from './hash-file';
import { orderRemarks } from './order-remarks';
import { pathIn } from './path-in';
import { ReadTextError, readHashedText } from './read-text';
import { type Journal, JournalError, type Layout, type Migration, type Remark } from './types';

/**
 * Reads a folder that drizzle-kit wrote, in the layout of 0.x or of 1.x.
 * What Drizzle itself would apply is accepted; only what makes order or content ambiguous is a fault.
 *
 * @param source the flag or variable that gave the folder, for messages.
 * @param foresee told how many migrations there are, before any of them is read.
 * @throws JournalError with all problems at once.
 */
export function readJournal(folder: string, source?: string, foresee?: (count: number) => void): Journal {
  return atOnce(readJournalInTurns(folder, source, foresee));
}

/** The same, with a turn for each file. */
export function* readJournalInTurns(
  folder: string,
  source = 'MIGRATIONS_FOLDER',
  foresee: (count: number) => void = () => undefined,
): Turns<Journal> {
  const content = chooseLayout(folder, namesIn(folder, source));
  foresee(content.entries.length);
  const { layout } = content;
  const problems = [...content.problems];
  const migrations: Migration[] = [];
  const marked: Entry[] = [];
  const pathOf = pathIn(folder);
  for (const entry of content.entries) {
    yield;
    const path = pathOf(entry.file);
    const hashes = hashesOf(path, problems, entry, layout);
    if (!hashes) continue;
    if (hashes.isMarked) marked.push(entry);
    migrations.push(new FileMigration(entry, layout, migrations.length, path, hashes));
  }
  if (problems.length > 0) throw new JournalError(folder, problems);
  const remarks = [...content.remarks, ...marked.map(markRemark), ...orderRemarks(migrations)];
  return {
    ...{ folder, layout, migrations, digest: digestMigrations(migrations), remarks },
    warnings: remarks.map(({ message }) => message),
  };
}

/** A class, of which thousands take a tenth of the memory that as many objects with getters of their own do. */
class FileMigration implements Migration {
  readonly tag: string;
  readonly when: number;
  readonly file: string;
  readonly hash: string;
  readonly lfHash: string;
  // Not enumerable: who shows or copies a migration does not mean its text.
  #text: string | undefined;
  #equal: readonly string[] | undefined;

  constructor(
    { tag, when, file }: Entry,
    readonly layout: Layout,
    readonly position: number,
    readonly path: string,
    { hash, lfHash }: ContentHashes,
  ) {
    this.tag = tag;
    this.when = when;
    this.file = file;
    this.hash = hash;
    this.lfHash = lfHash;
  }

  get name(): string {
    return this.layout === '1.x' ? this.tag : nameAfterUp(this.tag, this.when);
  }

  // What is applied already, which is nearly everything, is asked for neither, and can be large.
  get sql(): string {
    this.#text ??= unchanged(this.path, () => readHashedText(this.path, this.hash));
    return this.#text;
  }

  get equalHashes(): readonly string[] {
    this.#equal ??= unchanged(this.path, () => hashSpellings(this.path, this.hash));
    return this.#equal;
  }
}

/** What is compared and run must be what was read first. @throws JournalError when the file is another one by now, or gone. */
function unchanged<T>(path: string, read: () => T): T {
  try {
    return read();
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

/** The hashes of a migration's file; a fault goes to `problems`. */
function hashesOf(
  path: string,
  problems: string[],
  { tag }: Entry,
  layout: Layout,
): ContentHashes | undefined {
  try {
    return hashFile(path);
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
