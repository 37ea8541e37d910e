import type { Activity } from '../activity/activity';
import { keepSecretsOf } from '../errors/sql-literals';
import { statementError } from '../errors/statement-error';
import type { Completion, Session } from './session';
import { stillAnswers } from './still-answers';

/** The script that a statement belongs to. */
export interface ScriptOrigin {
  /** File name, for messages. */
  readonly file: string;
  readonly script: string;
  /** Tag of the migration that the script applies or undoes. */
  readonly migration: string;
}

export interface NumberedStatement {
  readonly text: string;
  /** Offset in the script. */
  readonly start: number;
  /** From 1, in the script. */
  readonly number: number;
}

/** Runs one statement of a script. @throws GateError that names file, statement, line and column. */
export async function executeStatement(
  { session, activity }: { readonly session: Session; readonly activity: Activity },
  statement: NumberedStatement,
  origin: ScriptOrigin,
): Promise<void> {
  keepSecretsOf(statement.text);
  await activity.execute({ number: statement.number, text: statement.text }, async () => {
    try {
      return changedRows(await session.complete(statement.text));
    } catch (error) {
      const sessionAlive = await stillAnswers(session, error);
      throw statementError(error, { ...origin, statement, sessionAlive });
    }
  });
}

const CHANGES_ROWS = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY']);

/** CREATE TABLE … AS and SELECT INTO end like a SELECT, but give no rows back. */
function changedRows(completions: readonly Completion[]): number {
  return completions
    .filter(({ command, givesRows }) => CHANGES_ROWS.has(command) || (command === 'SELECT' && !givesRows))
    .reduce((sum, { count }) => sum + count, 0);
}
