import type { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { Session } from './session';

/**
 * Runs messages in the open transaction so that a refusal of the server takes nothing else of it along. The savepoint
 * costs no message of its own, because it comes with every unit.
 *
 * @param messages each one statement or more.
 * @returns the refusal; undefined when all of it has run.
 * @throws GateError when it was none, see {@link refusalIn}.
 */
export async function behindSavepoint(
  session: Session,
  name: string,
  messages: readonly string[],
): Promise<GateError | undefined> {
  try {
    const [first = '', ...rest] = messages;
    const all = [`savepoint ${name}; ${first}`, ...rest];
    for (const [index, message] of all.entries()) {
      const end = index === all.length - 1 ? `; release savepoint ${name}` : '';
      await session.execute(`${message}${end}`);
    }
    return undefined;
  } catch (error) {
    const refusal = refusalIn(error);
    await session.execute(`rollback to savepoint ${name}; release savepoint ${name}`);
    return refusal;
  }
}

/**
 * The same for what needs answers in between. A refusal takes nothing of the open transaction along.
 *
 * @returns the refusal; undefined when all of it has run.
 * @throws GateError when it was none, see {@link refusalIn}.
 */
export async function withinSavepoint(
  session: Session,
  name: string,
  use: () => Promise<void>,
): Promise<GateError | undefined> {
  await session.execute(`savepoint ${name}`);
  try {
    await use();
    await session.execute(`release savepoint ${name}`);
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
