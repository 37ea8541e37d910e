import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestMigrations, otherLineEndHashes, sha256 } from './hash';
import { ReadTextError, readText } from './read-text';
import { type Journal, JournalError, type Migration } from './types';

interface Entry {
  readonly tag: string;
  readonly when: number;
}

/**
 * Reads a folder that drizzle-kit 0.x wrote: `meta/_journal.json` and one SQL file for each entry.
 * What Drizzle itself would apply is accepted; only what makes order or content ambiguous is a fault.
 *
 * @throws JournalError with all problems at once.
 */
export function readJournal(folder: string): Journal {
  const entries = readEntries(folder);
  const problems: string[] = [];
  const migrations: Migration[] = [];
  for (const [position, entry] of entries.entries()) {
    const path = join(folder, `${entry.tag}.sql`);
    const sql = textOf(path, problems, entry.tag);
    if (sql === undefined) continue;
    migrations.push({
      tag: entry.tag,
      position,
      when: entry.when,
      sql,
      hash: sha256(sql),
      equalHashes: otherLineEndHashes(sql),
      path,
    });
  }
  if (problems.length > 0) throw new JournalError(folder, problems);
  return {
    folder,
    migrations,
    digest: digestMigrations(migrations),
    warnings: [...orphanWarnings(folder, entries), ...orderWarnings(migrations)],
  };
}

function readEntries(folder: string): Entry[] {
  const fail = (problem: string): never => {
    throw new JournalError(folder, [problem]);
  };
  if (!existsSync(folder)) {
    return fail('the folder does not exist; give the folder that drizzle-kit writes as MIGRATIONS_FOLDER');
  }
  if (!statSync(folder).isDirectory()) return fail('is not a folder');
  const path = join(folder, 'meta', '_journal.json');
  if (!existsSync(path)) {
    if (hasFolderPerMigration(folder)) {
      return fail(
        'has the layout of drizzle-kit 1.x (a folder for each migration), which this version does not read; use drizzle-kit 0.x',
      );
    }
    return fail('has no meta/_journal.json; run `drizzle-kit generate`, or give the folder that it writes');
  }
  const problems: string[] = [];
  const text = textOf(path, problems, 'meta/_journal.json');
  if (text === undefined) throw new JournalError(folder, problems);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return fail(
      `meta/_journal.json is not valid JSON (${(error as Error).message}); restore it from version control`,
    );
  }
  return checkEntries(folder, parsed);
}

function checkEntries(folder: string, parsed: unknown): Entry[] {
  const { entries, dialect } = (parsed ?? {}) as { entries?: unknown; dialect?: unknown };
  if (!Array.isArray(entries)) {
    throw new JournalError(folder, ['meta/_journal.json has no "entries"; restore it from version control']);
  }
  if (entries.length === 0) {
    throw new JournalError(folder, [
      'has no migrations, so there is nothing to apply; run `drizzle-kit generate`, or give the folder that it writes',
    ]);
  }
  const problems: string[] = [];
  if (dialect !== undefined && dialect !== 'postgresql' && dialect !== 'pg') {
    problems.push(`meta/_journal.json is for the dialect ${JSON.stringify(dialect)}, not for PostgreSQL`);
  }
  const seen = new Set<string>();
  const checked = entries.map((entry: unknown, index): Entry => {
    const { tag, when } = (entry ?? {}) as { tag?: unknown; when?: unknown };
    const named = `meta/_journal.json, entry ${index}`;
    if (typeof tag !== 'string' || tag === '') {
      problems.push(`${named}: "tag" is ${JSON.stringify(tag)}; it must name an SQL file`);
    } else if (/[/\\]|^\.\.?$/.test(tag)) {
      problems.push(`${named}: the tag ${JSON.stringify(tag)} is a path; it must name a file in the folder`);
    } else if (seen.has(tag)) {
      problems.push(`${named}: the tag ${JSON.stringify(tag)} stands twice; remove one of the entries`);
    }
    if (typeof when !== 'number' || !Number.isSafeInteger(when)) {
      problems.push(`${named}: "when" is ${JSON.stringify(when)}; it must be a time in whole milliseconds`);
    }
    seen.add(String(tag));
    return { tag: String(tag), when: Number(when) };
  });
  if (problems.length > 0) throw new JournalError(folder, problems);
  return checked;
}

/** The text of a file of the journal; a fault goes to `problems`. */
function textOf(path: string, problems: string[], name: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (!(error instanceof ReadTextError)) throw error;
    problems.push(
      error.code === 'ENOENT'
        ? `${name} stands in the journal, but ${path} does not exist; restore the file or remove the entry`
        : error.message,
    );
    return undefined;
  }
}

function hasFolderPerMigration(folder: string): boolean {
  return readdirSync(folder).some((name) => existsSync(join(folder, name, 'migration.sql')));
}

function orphanWarnings(folder: string, entries: readonly Entry[]): string[] {
  const known = new Set(entries.map((entry) => `${entry.tag}.sql`));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !name.endsWith('.down.sql') && !known.has(name))
    .map((name) => `${name} stands in the folder but not in the journal, so it is never applied`);
}

function orderWarnings(migrations: readonly Migration[]): string[] {
  return migrations.flatMap((migration, index) => {
    const before = migrations[index - 1];
    return before && before.when >= migration.when
      ? [
          `${migration.tag} is not newer than ${before.tag} before it; Drizzle's own migrator skips it where that one is applied already`,
        ]
      : [];
  });
}
