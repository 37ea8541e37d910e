import { isServerError } from '../errors/server-error';
import { exitOfSqlState, SqlState } from '../errors/sqlstate';
import type { Session } from './session';

/**
 * Whether the session goes on although the error's code is that of a connection that is gone: what a statement reached
 * for, with dblink or another extension, was another one. Every other error is not asked about, and gives false.
 */
export async function stillAnswers(session: Session, error: unknown): Promise<boolean> {
  if (!isServerError(error) || error.severity !== 'ERROR') return false;
  if (exitOfSqlState(error.code) !== 'UNAVAILABLE') return false;
  try {
    await session.execute('select 1');
    return true;
  } catch (answer) {
    return isServerError(answer) && answer.code === SqlState.IN_FAILED_SQL_TRANSACTION;
  }
}
