import { GateError } from '../errors/gate-error';
import { isServerError, type ServerError } from '../errors/server-error';
import { exitOfSqlState } from '../errors/sqlstate';
import { isConnectionLost, toGateError } from '../errors/to-gate-error';
import type { Session } from './session';

/**
 * Commits what `use` did, or rolls all of it back.
 *
 * @throws GateError (69) when the connection is lost during COMMIT: nobody knows the outcome then but the next run,
 *   which reads the history first.
 */
export async function withTransaction<T>(session: Session, use: () => Promise<T>): Promise<T> {
  await session.execute('begin');
  let result: T;
  try {
    result = await use();
  } catch (error) {
    // The first error is the one to report; a lost connection has rolled back by itself.
    await session.execute('rollback').catch(() => undefined);
    throw error;
  }
  try {
    await session.execute('commit');
  } catch (error) {
    if (isServerError(error)) throw commitRefused(error);
    if (!isConnectionLost(error)) throw error;
    throw new GateError('UNAVAILABLE', 'the connection was lost during COMMIT; its outcome is unknown', {
      remedy: 'run again; the history is read first and tells what was committed',
      cause: error,
    });
  }
  return result;
}

/** A deferred constraint or trigger speaks up only now; the server has rolled everything back. */
function commitRefused(error: ServerError): GateError {
  const { message, remedy, detail, sqlstate } = toGateError(error);
  return new GateError(exitOfSqlState(error.code) ?? 'MIGRATION_FAILED', `COMMIT refused: ${message}`, {
    ...{ remedy: remedy ?? 'correct what the deferred check refuses and run again', detail, sqlstate },
    cause: error,
  });
}
