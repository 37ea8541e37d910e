import { GateError } from '../errors/gate-error';
import { isConnectionLost } from '../errors/to-gate-error';
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
    if (!isConnectionLost(error)) throw error;
    throw new GateError('UNAVAILABLE', 'the connection was lost during COMMIT; its outcome is unknown', {
      remedy: 'run again; the history is read first and tells what was committed',
      cause: error,
    });
  }
  return result;
}
