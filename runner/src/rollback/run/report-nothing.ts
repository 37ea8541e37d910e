import type { Session } from '../../database/session';
import type { DatabaseContext } from '../../run-context';
import { alreadyDone } from './confirm-plan';

/** Says that the target is the last applied; and which run made it so, where its token was given again. */
export async function reportNothingToUndo(session: Session, context: DatabaseContext): Promise<void> {
  const done = await alreadyDone(session, context);
  context.reporter.info(
    'nothing_to_roll_back',
    done
      ? `already rolled back by run ${done.runId} at ${done.finishedAt}: the target is the last applied`
      : 'nothing to roll back: the target is the last applied',
    { earlier_run_id: done?.runId },
  );
}
