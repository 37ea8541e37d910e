import {
  findRollbackScript,
  type Journal,
  type Migration,
  RollbackScriptError,
  sha256,
  sharedNumberProblem,
} from '../../../core/journal';
import type { Settings } from '../config/settings';
import type { ScriptToStore } from '../database/stored-scripts';
import { readDirective } from '../sql/directive';

/** Bytes; a script that is larger carries data, which belongs into no table of ours. */
const LARGEST = 1_000_000;

/** What is stored for a migration; neither when it has no script. */
export interface Storable {
  readonly script?: ScriptToStore;
  /** Why the script that it has is not stored. */
  readonly problem?: string;
}

/**
 * The rollback script of a migration as it is now, found as a rollback finds it. A migration that declares itself
 * irreversible has that declaration in its place, so that it holds too where the file is gone.
 */
export function scriptToStore(
  migration: Migration,
  journal: Pick<Journal, 'migrations'>,
  { migrations, rollback }: Pick<Settings, 'migrations' | 'rollback'>,
  backslashes: boolean,
): Storable {
  const { tag, hash, when } = migration;
  const { irreversible } = readDirective(migration.sql, backslashes);
  if (irreversible !== undefined) {
    const sql = `-- drizzle-gate: irreversible ${irreversible}\n`;
    return { script: { migration: tag, hash, when, file: migration.file, sql, scriptHash: sha256(sql) } };
  }
  try {
    const found = findRollbackScript(migration, migrations.folder, rollback.scriptsFolder);
    if (!found) return {};
    const { file, sql, hash: scriptHash } = found;
    const shared = sharedNumberProblem(journal, found);
    if (shared !== undefined) return { problem: shared };
    if (Buffer.byteLength(sql) > LARGEST) return { problem: `${file} has more than 1 MB` };
    return { script: { migration: tag, hash, when, file, sql, scriptHash } };
  } catch (error) {
    if (!(error instanceof RollbackScriptError)) throw error;
    return { problem: error.message };
  }
}
