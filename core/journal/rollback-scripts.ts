import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256, withLf } from './hash';
import { pathIn } from './path-in';
import { ReadTextError, readText } from './read-text';
import type { Journal, Migration } from './types';

/** What the name of a script is made of; known also of a migration that has no file here. */
export type NamedMigration = Pick<Migration, 'tag' | 'layout'>;

export interface RollbackScript {
  readonly migration: NamedMigration;
  readonly path: string;
  /** Its path in the folder where it was found, with "/". */
  readonly name: string;
  /** What to call it in messages: its name, with the folder where that belongs to one migration. */
  readonly file: string;
  readonly sql: string;
  /** SHA-256 of the text with LF line ends. */
  readonly hash: string;
}

/** A rollback script that can't be used: there are two, or it can't be read. */
export class RollbackScriptError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RollbackScriptError';
  }
}

/** The names under which the rollback script of a migration may stand, relative to the migrations folder. */
export function rollbackScriptNames(migration: NamedMigration): string[] {
  const number = numberOf(migration);
  const names = [
    ...(number === undefined ? [] : [numberedName(number)]),
    `rollback/${migration.tag}.sql`,
    `${migration.tag}.down.sql`,
    ...(migration.layout === '1.x' ? [`${migration.tag}/rollback.sql`, `${migration.tag}/down.sql`] : []),
  ];
  return [...new Set(names)];
}

/**
 * The same for a migration that is not in the journal. A number that one of the journal has as well says nothing: the
 * script would be that one's.
 */
export function unfiledScriptNames(
  { migrations }: Pick<Journal, 'migrations'>,
  migration: NamedMigration,
): string[] {
  const isShared = withNumberOf(migrations, migration).length > 0;
  const numbered = numberedName(numberOf(migration) ?? '');
  return rollbackScriptNames(migration).filter((name) => !(isShared && name === numbered));
}

/** The name under which a new rollback script is written: it can belong to no other migration of the journal. */
export function preferredScriptName(
  { migrations }: Pick<Journal, 'migrations'>,
  migration: Migration,
): string {
  if (migration.layout === '1.x') return `${migration.tag}/rollback.sql`;
  const number = numberOf(migration);
  const isOwn = number !== undefined && withNumberOf(migrations, migration).length < 2;
  return isOwn ? numberedName(number) : `rollback/${migration.tag}.sql`;
}

/**
 * What is wrong with a script's name, if anything: two branches can both have made a migration 0004, and nobody knows
 * whose script `0004_rollback.sql` is.
 */
export function sharedNumberProblem(
  { migrations }: Pick<Journal, 'migrations'>,
  { migration, name }: Pick<RollbackScript, 'migration' | 'name'>,
): string | undefined {
  const sharing = withNumberOf(migrations, migration);
  if (name !== numberedName(numberOf(migration) ?? '') || sharing.length < 2) return undefined;
  return `${name} could belong to ${sharing.map(({ tag }) => tag).join(' or ')}; name the scripts rollback/<tag>.sql`;
}

function numberOf({ tag }: Pick<Migration, 'tag'>): string | undefined {
  return /^\d+/.exec(tag)?.[0];
}

function numberedName(number: string): string {
  return `rollback/${number}_rollback.sql`;
}

/** By number; every script of a folder asks for it. */
const numbered = new WeakMap<readonly Migration[], ReadonlyMap<string | undefined, readonly Migration[]>>();

function withNumberOf(migrations: readonly Migration[], migration: NamedMigration): readonly Migration[] {
  const known = numbered.get(migrations) ?? groupByNumber(migrations);
  numbered.set(migrations, known);
  return known.get(numberOf(migration)) ?? [];
}

function groupByNumber(migrations: readonly Migration[]): Map<string | undefined, Migration[]> {
  const groups = new Map<string | undefined, Migration[]>();
  for (const migration of migrations) {
    const number = numberOf(migration);
    const group = groups.get(number);
    if (group) group.push(migration);
    else groups.set(number, [migration]);
  }
  return groups;
}

/**
 * Finds the rollback script of a migration: first in `scriptsFolder` (the mounted ConfigMap, which has the same
 * relative paths), then in the migrations folder itself.
 *
 * @param allowed the names under which it may stand.
 * @throws RollbackScriptError when one folder has two, or the one can't be read.
 */
export function findRollbackScript(
  migration: NamedMigration,
  migrationsFolder: string,
  scriptsFolder?: string,
  allowed: readonly string[] = rollbackScriptNames(migration),
): RollbackScript | undefined {
  for (const folder of scriptsFolder ? [scriptsFolder, migrationsFolder] : [migrationsFolder]) {
    const pathOf = pathIn(folder);
    const names = allowed.filter((name) => standsAt(pathOf(name)));
    if (names.length > 1) {
      const paths = names.map(pathOf).join(', ');
      throw new RollbackScriptError(
        `${migration.tag} has ${names.length} rollback scripts (${paths}); keep one of them`,
      );
    }
    const [name] = names;
    if (name === undefined) continue;
    const path = pathOf(name);
    const sql = textOf(path);
    const file = name.startsWith(`${migration.tag}/`) ? name : basename(name);
    return { migration, path, name, file, sql, hash: sha256(withLf(sql)) };
  }
  return undefined;
}

/** What is there but can't be reached counts: to take another script in its place would be a guess. */
function standsAt(path: string): boolean {
  try {
    // Nearly every name is free, and an exception takes longer than the look.
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !['ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

function textOf(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    throw error instanceof ReadTextError ? new RollbackScriptError(error.message, error) : error;
  }
}
