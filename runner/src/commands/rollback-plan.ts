import { previewPlan } from '../rollback/plan';
import { planDocument } from '../rollback/plan-document';
import { reportNext } from '../rollback/report-next';
import { reportPlan } from '../rollback/report-plan';
import { requireTarget } from '../rollback/require-target';
import { warnStoppedMidway } from '../rollback/warn-stopped-midway';
import type { RunContext, RunSummary } from '../run-context';
import { withJournal } from './with-journal';

/** Shows what a rollback to the target would undo and lose, and the token that confirms it. It changes nothing. */
export async function rollbackPlanCommand(
  context: RunContext,
  { json }: { readonly json: boolean },
): Promise<RunSummary> {
  return withJournal(
    context,
    async (session, journal, database) => {
      const plan = await previewPlan(session, journal, database);
      warnStoppedMidway(plan.stoppedMidway, database.reporter);
      if (json) database.reporter.outputJson(planDocument(plan, database));
      if (plan.members.length === 0) {
        database.reporter.info(
          'nothing_to_roll_back',
          'nothing to roll back: the target is the last applied',
        );
        return { migration_count: 0 };
      }
      reportPlan(plan, database);
      reportNext(plan, database);
      return { migration_count: plan.members.length, token: plan.token };
    },
    { check: requireTarget(context) },
  );
}
