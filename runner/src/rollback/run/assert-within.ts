import { GateError, GateErrors } from '../../errors/gate-error';
import type { Loss } from '../losses/loss';
import { unplannedLosses } from '../losses/unplanned-losses';
import type { RollbackPlan } from '../plan';
import { isRestOf, type RecordedPlan } from './recorded-plan';

const CONFIRM_ANEW = 'read the plan as it is now, and confirm it with its own token';

/**
 * Holds what is left of a rollback against what was confirmed: the same migrations and scripts, and no loss that nobody
 * has seen.
 *
 * @throws GateErrors (85)
 */
export function assertWithin(confirmed: RecordedPlan, now: RollbackPlan): void {
  if (!isRestOf(confirmed, now)) {
    throw new GateError(
      'NOT_CONFIRMED',
      'what is left to undo is not what was confirmed: other migrations or other scripts',
      { remedy: CONFIRM_ANEW },
    );
  }
  assertLossesWithin(confirmed, now.losses);
}

/** @throws GateErrors (85) naming what nobody has seen. */
export function assertLossesWithin({ losses }: RecordedPlan, now: readonly Loss[]): void {
  const unplanned = unplannedLosses(losses, now);
  if (unplanned.length === 0) return;
  throw new GateErrors(
    'NOT_CONFIRMED',
    unplanned.map((loss) => `more would be lost than was confirmed: ${loss}`),
    CONFIRM_ANEW,
  );
}
