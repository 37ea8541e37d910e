import type { Journal } from '../../../core/journal';
import { type LockOptions, lockOptions, withMigrationLock } from '../database/lock';
import type { Session } from '../database/session';
import { assertRunnable } from '../migrate/assert-runnable';
import { SessionObserver } from '../observe/session-observer';
import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';
import { rollbackPlanHash } from '../runs/plan-hash';
import { withRunRecord } from '../runs/run-record';
import { callerOf } from './caller';
import { assertConfirmed } from './confirm';
import { previewPlan, type RollbackPlan } from './plan';
import { reportPlan } from './report-plan';
import { assertUndone } from './run/assert-undone';
import { assertLossesWithin, assertWithin } from './run/assert-within';
import { type Confirmed, confirmPlan } from './run/confirm-plan';
import { isAtomic } from './run/describe-units';
import { bounded } from './run/recorded-plan';
import { reportNothingToUndo } from './run/report-nothing';
import { undoUnitsInTurn } from './run/undo-units-in-turn';
import { warnStoppedMidway } from './warn-stopped-midway';

/**
 * Undoes every migration after the target, with their history rows: in one transaction, all of it or nothing, where
 * PostgreSQL runs the scripts in one. The plan is made anew under the locks, so that what was confirmed is what runs.
 *
 * @returns the number of migrations undone; 0 when the target is the last applied already.
 */
export async function rollback(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<number> {
  const { reporter } = context;
  const lock = lockOptions(context);
  return withMigrationLock(session, lock, async () => {
    const plan = await previewPlan(session, journal, context);
    warnStoppedMidway(plan.stoppedMidway, reporter);
    if (plan.members.length === 0) {
      await reportNothingToUndo(session, context);
      return 0;
    }
    const { hasShownPlan } = callerOf(context);
    if (!hasShownPlan) reportPlan(plan, context);
    assertRunnable(plan.units, session);
    const confirmed = await confirmPlan(session, plan, context).catch((error: unknown) => {
      if (hasShownPlan) reportPlan(plan, context);
      throw error;
    });
    const undone = await undo(session, journal, plan, confirmed, lock, context);
    await assertUndone(session, journal, plan, context);
    if (undone.length === 0) {
      await reportNothingToUndo(session, context);
      return 0;
    }
    reporter.info('rollback_done', `committed: ${plural(undone.length, 'migration')} rolled back`, {
      migrations: undone,
    });
    return undone.length;
  });
}

async function undo(
  session: Session,
  journal: Journal,
  plan: RollbackPlan,
  confirmed: Confirmed,
  lock: LockOptions,
  context: DatabaseContext,
): Promise<string[]> {
  const observer = new SessionObserver(context);
  // The token is that of the whole plan; of what is left after a commit nobody has seen a plan.
  const isWhole = confirmed.resumes === undefined;
  const assertStillConfirmed = (now: RollbackPlan) => {
    if (!isWhole || now.members.length !== plan.members.length) return assertWithin(confirmed.plan, now);
    try {
      assertConfirmed(now, context);
    } catch (error) {
      // Nobody has seen this one, which the refusal offers to confirm.
      reportPlan(now, context);
      throw error;
    }
  };
  const recorded = bounded(confirmed.plan);
  const purpose = {
    ...({ command: 'rollback', journal, isConfirmed: true } as const),
    ...{ plan: recorded, planHash: rollbackPlanHash(recorded), planned: plan.members },
    isRequired: !isWhole || !isAtomic(plan.units),
  };
  try {
    return await withRunRecord(session, lock, context, purpose, (record) =>
      undoUnitsInTurn(plan, {
        ...{ ...context, session, journal, lock, observer, record },
        assertStillConfirmed,
        assertStillConfirmedOf: (losses) => assertLossesWithin(confirmed.plan, losses),
      }),
    );
  } finally {
    await observer.close();
  }
}
