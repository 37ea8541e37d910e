import { existsSync } from 'node:fs';
import { timeOfName, wholeSecond } from './drizzle-names';
import { type Entry, type FolderContent, someOf } from './folder-content';
import { MIGRATION_FILE, migrationFolders, readFolderLayout } from './folder-layout';
import { sha256, withLf } from './hash';
import { JOURNAL_FILE, readJournalLayout } from './journal-layout';
import { pathIn } from './path-in';
import { readText } from './read-text';
import type { Remark } from './types';

/**
 * Recognises the layout of a folder and reads what it says. A folder with both is read by the layout that knows all
 * migrations of the other; where neither does, nobody can say what belongs to it.
 */
export function chooseLayout(folder: string, names: readonly string[]): FolderContent {
  const folders = migrationFolders(folder, names);
  if (!existsSync(pathIn(folder)(JOURNAL_FILE))) {
    return folders.length > 0 ? readFolderLayout(names, folders) : neither();
  }
  const journal = readJournalLayout(folder, names);
  const dated = folders.filter((name) => !Number.isNaN(timeOfName(name)));
  if (dated.length === 0 || journal.problems.length > 0) return journal;
  return chooseOfBoth(folder, journal, readFolderLayout(names, folders));
}

function chooseOfBoth(folder: string, journal: FolderContent, folders: FolderContent): FolderContent {
  const onlyInJournal = missingFrom(folder, journal.entries, folders.entries);
  const onlyInFolders = missingFrom(folder, folders.entries, journal.entries);
  const pathOf = pathIn(folder);
  const journalIsWhole = journal.entries.every(({ file }) => existsSync(pathOf(file)));
  if (journalIsWhole && onlyInFolders.length === 0) {
    const ignored = `the folders with a ${MIGRATION_FILE} repeat migrations of ${JOURNAL_FILE} and are ignored; drizzle-orm 1.0 refuses both side by side, so remove one`;
    return { ...journal, remarks: [...journal.remarks, twoLayouts(ignored)] };
  }
  if (onlyInJournal.length === 0) {
    const stale = `${JOURNAL_FILE} is left from drizzle-kit 0.x and ignored; drizzle-orm 1.0 refuses a folder that has it, so remove meta/`;
    return { ...folders, remarks: [...folders.remarks, twoLayouts(stale)] };
  }
  const tags = (entries: readonly Entry[]) => someOf(entries.map(({ tag }) => tag)) || 'none';
  const problem = `has both layouts of drizzle-kit, and neither holds all migrations (only in ${JOURNAL_FILE}: ${tags(onlyInJournal)}; only as a folder: ${tags(onlyInFolders)}); finish \`drizzle-kit up\` or remove one layout`;
  return { ...journal, entries: [], problems: [...folders.problems, problem] };
}

function twoLayouts(message: string): Remark {
  return { kind: 'two-layouts', message, files: [JOURNAL_FILE] };
}

/** Entries that the other layout does not have: of another second and another content. */
function missingFrom(folder: string, entries: readonly Entry[], others: readonly Entry[]): Entry[] {
  const seconds = new Set(others.map(({ when }) => wholeSecond(when)));
  const late = entries.filter(({ when }) => !seconds.has(wholeSecond(when)));
  if (late.length === 0) return [];
  const contents = new Set(others.map((entry) => contentOf(folder, entry)));
  return late.filter((entry) => !contents.has(contentOf(folder, entry) ?? entry.tag));
}

function contentOf(folder: string, { file }: Entry): string | undefined {
  try {
    return sha256(withLf(readText(pathIn(folder)(file))));
  } catch {
    return undefined; // A file that can't be read is told by whoever needs it.
  }
}

function neither(): FolderContent {
  const problem = `has neither ${JOURNAL_FILE} nor a folder with a ${MIGRATION_FILE}; run \`drizzle-kit generate\`, or give the folder that it writes`;
  return { layout: '0.x', entries: [], problems: [problem], remarks: [] };
}
