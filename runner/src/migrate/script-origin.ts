import { basename } from 'node:path';
import type { ScriptOrigin } from '../database/execute-statement';
import type { PlannedMigration } from './unit';

/** How messages name the script of a migration. */
export function originOf({ migration }: Pick<PlannedMigration, 'migration'>): ScriptOrigin {
  return { file: fileOf(migration), script: migration.sql, migration: migration.tag };
}

function fileOf({ tag, path }: PlannedMigration['migration']): string {
  // In the 1.x layout every file is called migration.sql; only with its folder is it a name.
  return basename(path) === `${tag}.sql` ? `${tag}.sql` : `${tag}/${basename(path)}`;
}
