import {
  findRollbackScript,
  type Journal,
  type RollbackScript,
  RollbackScriptError,
  sharedNumberProblem,
} from '../../../core/journal';
import type { Settings } from '../config/settings';
import type { Session } from '../database/session';
import { GateErrors } from '../errors/gate-error';
import { positionOf } from '../sql/position';
import { type ClassifiedStatement, readStatements } from '../sql/script-statements';
import { canRunInTransaction } from '../sql/statement-kind';
import type { RollbackRange } from './resolve-range';
import type { UndoScript } from './undo-script';

/**
 * Finds the script of every member, in the order of undoing.
 *
 * @throws GateErrors (83) naming all that are missing, ambiguous or can't run in the one transaction.
 */
export async function loadScripts(
  journal: Journal,
  { members }: RollbackRange,
  { migrations, rollback }: Settings,
  { backslashes }: Pick<Session, 'backslashes'>,
): Promise<UndoScript[]> {
  const scripts: UndoScript[] = [];
  const problems: string[] = [];
  for (const member of members) {
    const { tag, migration } = member;
    try {
      const script = migration && findRollbackScript(migration, migrations.folder, rollback.scriptsFolder);
      if (script) {
        const statements = await readStatements(script.sql, backslashes);
        scripts.push({ ...script, member, source: 'file', statements });
        const shared = sharedNumberProblem(journal, script);
        if (shared !== undefined) problems.push(`${tag}: ${shared}`);
        problems.push(...refusals(script, statements));
      } else {
        problems.push(`${tag} has no rollback script`);
      }
    } catch (error) {
      if (!(error instanceof RollbackScriptError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) {
    throw new GateErrors(
      'NO_ROLLBACK',
      problems,
      'write rollback/<tag>.sql for each, or rollback/<number>_rollback.sql where the number is its own; try it first',
    );
  }
  return scripts;
}

function refusals({ sql, file }: RollbackScript, statements: readonly ClassifiedStatement[]): string[] {
  const problems: string[] = [];
  for (const { kind, start } of statements) {
    if (canRunInTransaction(kind)) continue;
    const { line } = positionOf(sql, start);
    problems.push(`${file}, line ${line}: ${kind.what} can't run in the rollback's transaction`);
  }
  return problems;
}
