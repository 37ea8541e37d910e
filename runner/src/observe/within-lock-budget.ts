import type { Session } from '../database/session';
import { SqlState } from '../errors/sqlstate';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';
import { LockBudget } from './lock-budget';
import { SessionObserver } from './session-observer';

/**
 * Runs `use` inside the open transaction on a lock budget of its own, where there is no unit that has one.
 *
 * @param what the sentence that a spent budget is the reason of.
 * @throws GateError (75) naming who was waited for.
 */
export async function withinLockBudget<T>(
  session: Session,
  context: DatabaseContext,
  what: string,
  use: () => Promise<T>,
): Promise<T> {
  const observer = new SessionObserver(context);
  try {
    const [row] = await session.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
    const budget = new LockBudget(observer, row?.pid ?? 0, context.settings.limits.lockTimeout);
    return await budget.spend(() =>
      use().catch((error: unknown) => {
        throw toGateError(error);
      }),
    );
  } catch (error) {
    const failure = toGateError(error);
    if (failure.sqlstate !== SqlState.LOCK_NOT_AVAILABLE) throw error;
    throw failure.with({ message: `${what}: ${failure.message}` });
  } finally {
    await observer.close();
  }
}
