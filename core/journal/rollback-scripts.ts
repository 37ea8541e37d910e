import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256, withLf } from './hash';
import { ReadTextError, readText } from './read-text';
import type { Migration } from './types';

export interface RollbackScript {
  readonly migration: Migration;
  readonly path: string;
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
export function rollbackScriptNames(migration: Migration): string[] {
  const number = /^\d+/.exec(migration.tag)?.[0];
  return [
    ...(number ? [`rollback/${number}_rollback.sql`] : []),
    `rollback/${migration.tag}.sql`,
    `${migration.tag}.down.sql`,
    ...(migration.layout === '1.x' ? [`${migration.tag}/rollback.sql`, `${migration.tag}/down.sql`] : []),
  ];
}

/**
 * Finds the rollback script of a migration: first in `scriptsFolder` (the mounted ConfigMap, which has the same
 * relative paths), then in the migrations folder itself.
 *
 * @throws RollbackScriptError when one folder has two, or the one can't be read.
 */
export function findRollbackScript(
  migration: Migration,
  migrationsFolder: string,
  scriptsFolder?: string,
): RollbackScript | undefined {
  for (const folder of scriptsFolder ? [scriptsFolder, migrationsFolder] : [migrationsFolder]) {
    const names = rollbackScriptNames(migration).filter((name) => existsSync(join(folder, name)));
    if (names.length > 1) {
      const paths = names.map((name) => join(folder, name)).join(', ');
      throw new RollbackScriptError(
        `${migration.tag} has ${names.length} rollback scripts (${paths}); keep one of them`,
      );
    }
    const [name] = names;
    if (name === undefined) continue;
    const path = join(folder, name);
    const sql = textOf(path);
    const file = name.startsWith(`${migration.tag}/`) ? name : basename(name);
    return { migration, path, file, sql, hash: sha256(withLf(sql)) };
  }
  return undefined;
}

function textOf(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    throw error instanceof ReadTextError ? new RollbackScriptError(error.message, error) : error;
  }
}
