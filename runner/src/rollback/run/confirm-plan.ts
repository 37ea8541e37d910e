import type { Session } from '../../database/session';
import type { DatabaseContext } from '../../run-context';
import { callerOf } from '../caller';
import { assertConfirmed } from '../confirm';
import type { RollbackPlan } from '../plan';
import { assertWithin } from './assert-within';
import { findRollbacks, type RecordedRollback } from './find-rollbacks';
import { databaseDigest, isRestOf, isStillOf, type RecordedPlan, recordedPlan } from './recorded-plan';

/** What a person has confirmed. */
export interface Confirmed {
  /** The plan as it was confirmed; that of the first run, where this one goes on with what stopped midway. */
  readonly plan: RecordedPlan;
  /** Id of the run that is gone on with. */
  readonly resumes?: string;
}

/**
 * Accepts the token of this very plan, or the token with which a rollback began that did not come to its end: what is
 * left of it needs no second confirmation, as long as no more is lost than was confirmed.
 *
 * @throws GateError (85)
 */
export async function confirmPlan(
  session: Session,
  plan: RollbackPlan,
  context: DatabaseContext,
): Promise<Confirmed> {
  const { settings, connection, reporter } = context;
  const token = settings.rollback.confirm;
  const earlier = token === undefined ? [] : await findRollbacks(session, settings.migrations, token);
  const database = await databaseDigest(session, connection);
  const begun = earlier.find((run) => run.plan.database === database && isBegun(run, plan));
  if (begun) {
    assertWithin(begun.plan, plan);
    reporter.info(
      'rollback_resumed',
      `going on with the rollback of run ${begun.runId}, which stopped midway`,
      {
        earlier_run_id: begun.runId,
      },
    );
    return { plan: begun.plan, resumes: begun.runId };
  }
  const done = earlier.find(isDone);
  // Behind a pooler the plan can have been made while that run was about to commit: then nothing was applied after it.
  if (done && !isStillOf(done.plan, plan)) {
    reporter.warn(
      'rollback_warning',
      `${callerOf(context).token} has confirmed the rollback of run ${done.runId} (${done.finishedAt}), which is done; what is applied now was applied after it`,
      { earlier_run_id: done.runId },
    );
  }
  assertConfirmed(plan, context);
  return { plan: recordedPlan(plan, token ?? '', database) };
}

function isBegun({ hasUndone, succeeded, plan: recorded }: RecordedRollback, plan: RollbackPlan): boolean {
  return !succeeded && (hasUndone || plan.halfDone.size > 0) && isRestOf(recorded, plan);
}

/** Behind a pooler a run that came too late has succeeded as well, and undone nothing. */
function isDone({ succeeded, hasUndone }: RecordedRollback): boolean {
  return succeeded && hasUndone;
}

/** Which rollback the token has confirmed, where nothing is left to undo: it committed, whatever its own run could tell. */
export async function alreadyDone(
  session: Session,
  { settings, connection }: DatabaseContext,
): Promise<RecordedRollback | undefined> {
  const token = settings.rollback.confirm;
  if (token === undefined) return undefined;
  const runs = await findRollbacks(session, settings.migrations, token);
  const database = await databaseDigest(session, connection);
  return runs.find((run) => isDone(run) && run.plan.database === database);
}
