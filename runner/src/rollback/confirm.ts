import { GateError, GateErrors } from '../errors/gate-error';
import { someOf } from '../migrate/unit-fate';
import type { DatabaseContext } from '../run-context';
import { callerOf } from './caller';
import { tokenProblems } from './check-token';
import { type ConfirmablePlan, confirmableOf } from './issue-token';

type ConfirmContext = Pick<DatabaseContext, 'settings' | 'commandLine'>;

/**
 * Lets a rollback through only with the token of this plan, or of an earlier one that differs from it in nothing but rows:
 * less than twice as many, and none where there were none.
 *
 * @throws GateErrors (85) naming what is another than was confirmed.
 */
export function assertConfirmed(plan: ConfirmablePlan, context: ConfirmContext): void {
  const { confirm } = context.settings.rollback;
  const caller = callerOf(context);
  const remedy = `read the plan above; to confirm exactly it, ${caller.withToken(plan.token)}`;
  // The record and the pod's message are read without the plan above them.
  const detail = `it would have undone ${someOf(plan.members.map(({ tag }) => tag))}`;
  if (confirm === undefined) {
    throw new GateError('NOT_CONFIRMED', 'the rollback is not confirmed, so nothing was changed', {
      ...{ remedy, detail },
    });
  }
  const problems = tokenProblems(confirm, confirmableOf(plan), caller);
  if (problems.length === 0) return;
  throw new GateErrors(
    'NOT_CONFIRMED',
    problems.map((problem, index) => (index === 0 ? `${problem}, so nothing was changed` : problem)),
    remedy,
    { detail },
  );
}
