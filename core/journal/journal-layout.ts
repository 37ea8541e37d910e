import { readdirSync } from 'node:fs';
import { type Entry, type FolderContent, shortened, someOf } from './folder-content';
import { BYTE_ORDER_MARK } from './hash';
import { pathIn } from './path-in';
import { ReadTextError, readText } from './read-text';
import type { Remark } from './types';

/** Where drizzle-kit 0.x keeps the order of the migrations. */
export const JOURNAL_FILE = 'meta/_journal.json';

/** Reads the 0.x layout: `meta/_journal.json`, and the SQL files beside `meta`. */
export function readJournalLayout(folder: string, names: readonly string[]): FolderContent {
  const problems: string[] = [];
  const remarks: Remark[] = [];
  const parsed = parseJournal(folder, problems, remarks);
  const entries = problems.length > 0 ? [] : checkEntries(parsed, problems, remarks);
  if (problems.length === 0 && entries.length === 0) {
    remarks.push(ofJournal('no-entries', `${JOURNAL_FILE} has no entries yet, so there is nothing to apply`));
  }
  remarks.push(...strayFiles(names, entries), ...missingSnapshots(folder, entries));
  return { layout: '0.x', entries, problems, remarks };
}

function parseJournal(folder: string, problems: string[], remarks: Remark[]): unknown {
  let text: string;
  try {
    text = readText(pathIn(folder)(JOURNAL_FILE));
  } catch (error) {
    if (!(error instanceof ReadTextError)) throw error;
    problems.push(error.message);
    return undefined;
  }
  if (text.startsWith(BYTE_ORDER_MARK)) {
    text = text.slice(1);
    const message = `${JOURNAL_FILE} begins with a byte order mark, on which Drizzle's own migrator fails; save it without`;
    remarks.push(ofJournal('byte-order-mark', message));
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = shortened((error as Error).message).slice(1, -1);
    problems.push(
      mergeConflict(text) ??
        `${JOURNAL_FILE} is not valid JSON (${message}); restore it from version control`,
    );
    return undefined;
  }
}

function mergeConflict(text: string): string | undefined {
  const line = text.split('\n').findIndex((candidate) => /^<{7}(?: |\r?$)/.test(candidate));
  return line < 0
    ? undefined
    : `${JOURNAL_FILE}, line ${line + 1}: a merge conflict is not resolved; keep the entries of both branches, each with an "idx" of its own`;
}

function checkEntries(parsed: unknown, problems: string[], remarks: Remark[]): Entry[] {
  const { entries, dialect } = (parsed ?? {}) as { entries?: unknown; dialect?: unknown };
  if (!Array.isArray(entries)) {
    problems.push(`${JOURNAL_FILE} has no "entries"; restore it from version control`);
    return [];
  }
  if (dialect !== undefined && dialect !== 'postgresql' && dialect !== 'pg') {
    problems.push(`${JOURNAL_FILE} is for the dialect ${shortened(dialect)}, not for PostgreSQL`);
  }
  const seen = new Set<unknown>();
  const checked = entries.flatMap((entry: unknown, index): Entry[] => {
    const { tag, when } = (entry ?? {}) as { tag?: unknown; when?: unknown };
    const found = [tagProblem(tag, seen), timeProblem(when)].filter((problem) => problem !== undefined);
    problems.push(...found.map((problem) => `${JOURNAL_FILE}, entry ${index}: ${problem}`));
    seen.add(tag);
    return found.length > 0 ? [] : [{ tag: String(tag), when: Number(when), file: `${String(tag)}.sql` }];
  });
  remarks.push(...indexOrder(entries));
  return checked;
}

function tagProblem(tag: unknown, seen: ReadonlySet<unknown>): string | undefined {
  if (typeof tag !== 'string' || tag === '') return `"tag" is ${shortened(tag)}; it must name an SQL file`;
  if (/[/\\\0]|^\.\.?$/.test(tag)) {
    return `the tag ${shortened(tag)} is a path; it must name a file in the folder`;
  }
  return seen.has(tag) ? `the tag ${shortened(tag)} stands twice; remove one of the entries` : undefined;
}

function timeProblem(when: unknown): string | undefined {
  if (typeof when === 'number' && Number.isSafeInteger(when)) return undefined;
  return `"when" is ${shortened(when)}; it must be a time in whole milliseconds`;
}

function strayFiles(names: readonly string[], entries: readonly Entry[]): Remark[] {
  const known = new Set(entries.map(({ file }) => file));
  const orphans = names.filter(
    (name) => name.endsWith('.sql') && !name.endsWith('.down.sql') && !known.has(name),
  );
  if (orphans.length === 0) return [];
  const message =
    orphans.length === 1
      ? `${orphans[0]} stands in the folder but not in the journal, so it is never applied`
      : `${orphans.length} files stand in the folder but not in the journal, so they are never applied: ${someOf(orphans)}`;
  return [{ kind: 'stray-file', message, files: orphans }];
}

/** The order of the entries counts; a gap or a repetition tells of a removed entry or of two branches. */
function indexOrder(entries: readonly unknown[]): Remark[] {
  const indexes = entries.map((entry) => (entry as { idx?: unknown } | null)?.idx);
  const first = indexes.findIndex((idx, position) => idx !== position);
  if (first < 0 || indexes.every((idx) => idx === undefined)) return [];
  const { tag } = (entries[first] ?? {}) as { tag?: unknown };
  const message = `${JOURNAL_FILE}: "idx" does not count from 0 without gaps (it is ${shortened(indexes[first])} at ${shortened(tag)}, where ${first} comes next); the order of the entries counts, look whether it is the one you mean`;
  return [ofJournal('index-order', message)];
}

/** drizzle-kit generates the next migration from the newest snapshot; a folder without any was copied to be run. */
function missingSnapshots(folder: string, entries: readonly Entry[]): Remark[] {
  const there = new Set(filesIn(pathIn(folder)('meta')));
  const missing = entries.filter(({ tag }) => !there.has(`${tag.split('_')[0]}_snapshot.json`));
  const last = entries.at(-1);
  if (!last || missing.length === entries.length || missing.at(-1) !== last) return [];
  const message = `meta has no snapshot of ${someOf(missing.map(({ tag }) => tag).reverse())}; the migrations run, but the next \`drizzle-kit generate\` starts from an older one`;
  return [{ kind: 'missing-snapshot', message, files: missing.map(({ file }) => file) }];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // One that may not be listed tells nothing of its snapshots.
  }
}

function ofJournal(kind: Remark['kind'], message: string): Remark {
  return { kind, message, files: [JOURNAL_FILE] };
}
