import { offsetOfCharacter, positionOf } from '../sql/position';
import { GateError } from './gate-error';
import { isServerError } from './server-error';
import { exitOfSqlState, nameOfSqlState, remedyOfSqlState } from './sqlstate';
import { toGateError } from './to-gate-error';

/** A script and the statement of it that failed. */
export interface FailedStatement {
  /** File name, for the message. */
  readonly file: string;
  readonly script: string;
  readonly statement: { readonly text: string; readonly start: number; readonly number: number };
  readonly migration: string;
}

/**
 * Names file, statement, line and column of a failed statement, with a caret under the place. The server's DETAIL
 * can carry rows, so it is left out.
 */
export function statementError(error: unknown, failed: FailedStatement): GateError {
  if (!isServerError(error)) return toGateError(error);
  const inStatement = error.position
    ? offsetOfCharacter(failed.statement.text, Number(error.position) - 1)
    : 0;
  const { line, column, excerpt } = positionOf(failed.script, failed.statement.start + inStatement);
  const name = nameOfSqlState(error.code);
  // A missing privilege in the middle of a migration is a failed migration all the same, but tells whom to ask.
  const exit = exitOfSqlState(error.code) ?? 'MIGRATION_FAILED';
  const place = `${failed.file}:${line}:${column}: statement ${failed.statement.number}`;
  return new GateError(
    exit === 'CONFIG' ? 'MIGRATION_FAILED' : exit,
    `${place}: ${error.message} (SQLSTATE ${error.code}${name ? ` ${name}` : ''})`,
    {
      detail: error.hint ? `${excerpt}\nhint: ${error.hint}` : excerpt,
      remedy: remedyOfSqlState(error.code) ?? 'correct the migration and run again',
      migration: failed.migration,
      place,
      sqlstate: error.code,
      cause: error,
    },
  );
}
