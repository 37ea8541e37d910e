import type { ScriptOrigin } from '../database/execute-statement';
import type { PlannedScript } from './unit';

/** How messages name the script of a migration. */
export function originOf({ migration }: Pick<PlannedScript, 'migration'>): ScriptOrigin {
  return { file: migration.file, script: migration.sql, migration: migration.tag };
}
