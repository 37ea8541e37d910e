import { GateError } from '../errors/gate-error';
import type { RollbackPlan } from './plan';

/** @throws GateError (85) unless the token of this very plan was given. */
export function assertConfirmed({ token }: RollbackPlan, confirm: string | undefined): void {
  if (confirm === token) return;
  throw new GateError(
    'NOT_CONFIRMED',
    confirm === undefined
      ? 'the rollback is not confirmed, so nothing was changed'
      : `ROLLBACK_CONFIRM is ${JSON.stringify(confirm)}, but the plan is now another one, so nothing was changed`,
    { remedy: `read the plan above; to confirm exactly it, set ROLLBACK_CONFIRM=${token}` },
  );
}
