import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, withLf } from './hash';
import type { Migration } from './types';

export interface RollbackScript {
  readonly migration: Migration;
  readonly path: string;
  readonly sql: string;
  /** SHA-256 of the text with LF line ends. */
  readonly hash: string;
}

/** More than one script for the same migration in one folder: which one counts would be a guess. */
export class AmbiguousScriptError extends Error {
  constructor(tag: string, paths: readonly string[]) {
    super(`${tag} has ${paths.length} rollback scripts (${paths.join(', ')}); keep one of them`);
    this.name = 'AmbiguousScriptError';
  }
}

/** The names under which the rollback script of a migration may stand, relative to the migrations folder. */
export function rollbackScriptNames(migration: Migration): string[] {
  const number = /^\d+/.exec(migration.tag)?.[0];
  return [
    ...(number ? [`rollback/${number}_rollback.sql`] : []),
    `rollback/${migration.tag}.sql`,
    `${migration.tag}.down.sql`,
  ];
}

/**
 * Finds the rollback script of a migration: first in `scriptsFolder` (the mounted ConfigMap, which has the same
 * relative paths), then in the migrations folder itself.
 *
 * @throws AmbiguousScriptError when one folder has two.
 */
export function findRollbackScript(
  migration: Migration,
  migrationsFolder: string,
  scriptsFolder?: string,
): RollbackScript | undefined {
  for (const folder of scriptsFolder ? [scriptsFolder, migrationsFolder] : [migrationsFolder]) {
    const paths = rollbackScriptNames(migration)
      .map((name) => join(folder, name))
      .filter((path) => existsSync(path));
    if (paths.length > 1) throw new AmbiguousScriptError(migration.tag, paths);
    const [path] = paths;
    if (path === undefined) continue;
    const sql = readFileSync(path, 'utf8');
    return { migration, path, sql, hash: sha256(withLf(sql)) };
  }
  return undefined;
}
