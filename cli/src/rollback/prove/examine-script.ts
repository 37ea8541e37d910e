import {
  findRollbackScript,
  type Journal,
  type Migration,
  type RollbackScript,
  RollbackScriptError,
} from '../../../../core/journal';
import { readDirective } from '../../../../runner/src/sql/directive';
import { findManualComments } from '../../../../runner/src/sql/manual-comments';
import type { Finding } from '../../report/finding';

/** What can be said of a migration's way back without a database. */
export interface Examined {
  readonly script?: RollbackScript | undefined;
  /** Declared by the migration or its script: it can't be undone. */
  readonly irreversible?: string | undefined;
  /** Why the script can't be tried. */
  readonly problems: readonly Finding[];
}

export function examineScript({ folder }: Journal, migration: Migration): Examined {
  const { tag, path } = migration;
  const declared = readDirective(migration.sql).irreversible;
  try {
    const script = findRollbackScript(migration, folder);
    const irreversible = declared ?? (script && readDirective(script.sql).irreversible);
    if (irreversible !== undefined) return { script, irreversible, problems: [] };
    if (script) return { script, problems: unresolved(script) };
    const remedy = `generate it: drizzle-gate rollback generate ${tag}; or declare it: -- drizzle-gate: irreversible <reason>`;
    return { problems: [{ message: `${tag} has no rollback script`, remedy, path, line: 1 }] };
  } catch (error) {
    if (!(error instanceof RollbackScriptError)) throw error;
    return declared === undefined
      ? { problems: [{ message: error.message, path, line: 1 }] }
      : { irreversible: declared, problems: [] };
  }
}

function unresolved({ sql, path, name }: RollbackScript): Finding[] {
  return findManualComments(sql).map(({ line, text }) => ({
    message: `${name}:${line}: a person must decide: ${text}`,
    remedy: 'write the SQL that it asks for, or decide that none is needed; then remove the line',
    ...{ path, line },
  }));
}
