import { keepSecretsOf } from '../errors/sql-literals';
import { statementError } from '../errors/statement-error';
import type { Session } from './session';
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
  session: Session,
  statement: NumberedStatement,
  origin: ScriptOrigin,
): Promise<void> {
  keepSecretsOf(statement.text);
  try {
    await session.execute(statement.text);
  } catch (error) {
    const sessionAlive = await stillAnswers(session, error);
    throw statementError(error, { ...origin, statement, sessionAlive });
  }
}
