import { setTimeout as sleep } from 'node:timers/promises';
import { failureFields } from '../errors/failure-fields';
import type { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Tries again what did not get its locks, with pauses that double, so that the application can work in between;
 * nothing else is tried again. What was rolled back starts anew, what was committed is found in the progress.
 *
 * @throws GateError (75) after LOCK_RETRIES, or when the run is told to end; it says where, and who held the locks.
 */
export async function withLockRetries<T>(context: DatabaseContext, attempt: () => Promise<T>): Promise<T> {
  const { lockRetries } = context.settings.limits;
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      const failure = toGateError(error);
      const isForLocks = failure.exit === 'TRY_AGAIN' && failure.sqlstate === SqlState.LOCK_NOT_AVAILABLE;
      if (!isForLocks) throw failure;
      if (retries >= lockRetries) throw afterAll(failure, retries + 1);
      context.activity.happened({ kind: 'retry', reason: 'lock', message: failure.message });
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);
      context.reporter.warn(
        'unit_retried',
        `${failure.message}; trying again in ${(pause / 1000).toFixed(1)} s`,
        {
          ...{ attempt: retries + 1, ...failureFields(failure) },
          ...(failure.detail && { detail: failure.detail }),
        },
      );
      await sleep(pause, undefined, { signal: context.signal }).catch(() => {
        throw failure.with({
          message: `interrupted while waiting to try again; before, ${failure.message}`,
          remedy: 'run again; what was not committed has been rolled back',
        });
      });
    }
  }
}

function afterAll(failure: GateError, attempts: number): GateError {
  return attempts === 1 ? failure : failure.with({ message: `${failure.message}, in ${attempts} attempts` });
}
