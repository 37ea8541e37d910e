import type { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { Session } from './session';

/**
 * Runs statements in the open transaction so that a refusal of the server takes nothing else of it along. All of it is
 * one message, because it comes with every unit.
 *
 * @returns the refusal; undefined when the statements have run.
 * @throws GateError when it was none, see {@link refusalIn}.
 */
export async function behindSavepoint(
  session: Session,
  name: string,
  statements: string,
): Promise<GateError | undefined> {
  try {
    await session.execute(`savepoint ${name}; ${statements}; release savepoint ${name}`);
    return undefined;
  } catch (error) {
    const refusal = refusalIn(error);
    await session.execute(`rollback to savepoint ${name}; release savepoint ${name}`);
    return refusal;
  }
}

/**
 * What the server refused, whatever its reason (a privilege, an event trigger, a lock): no reason to fail where the
 * statement was for the record only.
 *
 * @throws GateError when it was no refusal: the connection is lost, or the migration lock was not obtained.
 */
export function refusalIn(error: unknown): GateError {
  const failure = toGateError(error);
  const isRefusal = failure.exit === 'ACCESS' || failure.sqlstate !== undefined;
  if (!isRefusal || failure.exit === 'UNAVAILABLE') throw failure;
  return failure;
}
