import { findRollbackScript, type Migration, RollbackScriptError } from '../../../../core/journal';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { readDirective } from '../../../../runner/src/sql/directive';

/** What a folder says already about undoing a migration. */
export interface Existing {
  /** Path of its script. */
  readonly path: string | undefined;
  /** Why nothing undoes it, in the words of its author. */
  readonly irreversible: string | undefined;
}

/** @throws GateError (78) when there are two scripts, or the one can't be read. */
export function existingScript(migration: Migration, folder: string): Existing {
  try {
    const script = findRollbackScript(migration, folder);
    const reasons = [migration.sql, script?.sql ?? ''].map((sql) => readDirective(sql).irreversible);
    return { path: script?.path, irreversible: reasons.find((reason) => reason !== undefined) };
  } catch (error) {
    if (!(error instanceof RollbackScriptError)) throw error;
    throw new GateError('CONFIG', error.message, { migration: migration.tag, cause: error });
  }
}
