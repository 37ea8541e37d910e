import type { Session } from '../../database/session';
import type { GateError } from '../../errors/gate-error';
import { isServerError } from '../../errors/server-error';
import { type FailedStatement, statementError } from '../../errors/statement-error';

/** Always fails, so that nothing behind it is ever run; but the server reads the whole message before it begins. */
const NEVER = 'select 1/0;';

/** The functions of the server's grammar; parse analysis, which depends on what is there, has others. */
const GRAMMAR = /yyerror|yyparse|yylex/;

/**
 * Asks the server itself whether it can read a statement that our parser refuses, which has one version and one dialect
 * only. Nothing of it is run.
 *
 * @returns the error that it will end with; undefined when the server understands it.
 */
export async function askForSyntax(
  session: Session,
  failed: FailedStatement,
): Promise<GateError | undefined> {
  const { statement } = failed;
  const text = `${NEVER}${statement.text}`;
  try {
    await session.execute(text);
  } catch (error) {
    if (!isServerError(error)) throw error;
    if (!error.position || !GRAMMAR.test(error.routine ?? '')) return undefined;
    const start = statement.start - NEVER.length;
    return statementError(error, { ...failed, statement: { ...statement, text, start } });
  }
  return undefined;
}
