import { offsetOfCharacter, positionOf } from '../sql/position';
import { excerptOf } from './excerpt';
import { GateError } from './gate-error';
import { renderPlace } from './place';
import { remedyOf } from './remedies';
import { isServerError, type ServerError } from './server-error';
import { furtherWords, messageOf } from './server-words';
import { findLiterals, keepSecretsOf } from './sql-literals';
import { exitOfSqlState, showSqlState } from './sqlstate';
import { toGateError } from './to-gate-error';

/** A script and the statement of it that failed. */
export interface FailedStatement {
  /** File name, for the message. */
  readonly file: string;
  readonly script: string;
  readonly statement: { readonly text: string; readonly start: number; readonly number: number };
  readonly migration: string;
  /** Whether the session still answers; then a code of a lost connection tells of another one than ours. */
  readonly sessionAlive?: boolean;
}

const ELSEWHERE =
  "the statement itself asked for something that is out of reach, for example through dblink, while the runner's connection is in order; make it reachable for the database server, or catch the error in the statement";

/**
 * Names file, statement, line and column of a failed statement, with a caret under the place. Passwords in the
 * statement are hidden wherever the server repeats them, and row data unless it was asked for.
 */
export function statementError(error: unknown, failed: FailedStatement): GateError {
  if (!isServerError(error)) return endedDuring(toGateError(error), failed);
  const { file, script, statement, migration, sessionAlive = false } = failed;
  keepSecretsOf(statement.text);
  const hidden = findLiterals(statement.text).map(({ start, end }) => ({
    ...{ start: start + statement.start, end: end + statement.start },
  }));
  const inStatement = placeIn(statement.text, error);
  const offset = statement.start + (inStatement ?? 0);
  const { line, column } = positionOf(script, offset);
  // A missing privilege in the middle of a migration is a failed migration all the same, but tells whom to ask.
  const isElsewhere = sessionAlive && exitOfSqlState(error.code) === 'UNAVAILABLE';
  const exit = (isElsewhere ? undefined : exitOfSqlState(error.code)) ?? 'MIGRATION_FAILED';
  const place = { file, line, column, statement: statement.number };
  return new GateError(
    exit === 'CONFIG' ? 'MIGRATION_FAILED' : exit,
    `${renderPlace(place)}: ${messageOf(error, statement.text)} (${showSqlState(error.code)})`,
    {
      // Without a place the server means the whole statement: its first line is shown, and no caret misleads.
      detail: [
        excerptOf(script, offset, { caret: inStatement !== undefined, hidden }),
        ...furtherWords(error),
      ].join('\n'),
      remedy: (isElsewhere ? ELSEWHERE : remedyOf(error)) ?? 'correct the migration and run again',
      migration,
      place,
      sqlstate: error.code,
      cause: error,
    },
  );
}

/** What ended a statement from outside, a signal or a lost connection, with the place of the statement. */
function endedDuring(failure: GateError, { file, script, statement, migration }: FailedStatement): GateError {
  const place = { file, ...positionOf(script, statement.start), statement: statement.number };
  return failure.with({ message: `${renderPlace(place)}: ${failure.message}`, migration, place });
}

/** Offset in the statement of what the server points at; undefined when it points at nothing in it. */
function placeIn(text: string, error: ServerError): number | undefined {
  if (error.position) return offsetOfCharacter(text, Number(error.position) - 1);
  const { internal_query: inner, internal_position: place } = error;
  if (!inner || !place) return undefined;
  // A statement inside a body: found when the body stands in this very statement, as in DO, and only once.
  const start = findOnce(text, inner) ?? findPerform(text, inner);
  return start === undefined ? undefined : start + offsetOfCharacter(inner, Number(place) - 1);
}

/** PL/pgSQL runs PERFORM as SELECT. */
function findPerform(text: string, inner: string): number | undefined {
  const rest = inner.replace(/^SELECT/, '');
  const start = rest === inner ? undefined : findOnce(text, rest);
  return start === undefined ? undefined : start - 'SELECT'.length;
}

function findOnce(text: string, part: string): number | undefined {
  const start = text.indexOf(part);
  return start < 0 || text.indexOf(part, start + 1) >= 0 ? undefined : start;
}
