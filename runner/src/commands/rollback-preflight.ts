import { Command } from '../../../core/contract';
import type { Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import { assertRunnable } from '../migrate/assert-runnable';
import { assertNoRefusal, reportFinding } from '../preflight/check';
import { checkServer } from '../preflight/check-server';
import { checkMigrationLock } from '../preflight/checks/migration-lock';
import { readServerFacts } from '../preflight/server-facts';
import { previewPlan } from '../rollback/plan';
import { reportPlan } from '../rollback/report-plan';
import { requireTarget } from '../rollback/require-target';
import { confirmPlan } from '../rollback/run/confirm-plan';
import { safetyDelay } from '../rollback/safety-delay';
import { warnStoppedMidway } from '../rollback/warn-stopped-midway';
import type { DatabaseContext, RunContext, RunSummary } from '../run-context';
import { recordingFailure } from '../runs/recording-failure';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

/**
 * Shows where the database stands, what would be undone and lost, and waits; the session is closed before the wait. It
 * changes nothing; a refusal leaves a record, where there are records already.
 */
export async function rollbackPreflightCommand(context: RunContext): Promise<RunSummary> {
  const look = async (session: Session, journal: Journal, database: DatabaseContext) => {
    const server = await readServerFacts(session, database.settings.migrations);
    const findings = [...checkServer(session, database.connection, server), ...checkMigrationLock(server)];
    for (const finding of findings) reportFinding(finding, database.reporter);
    assertNoRefusal(findings);
    await reportStatus(session, journal, database);
    const made = await previewPlan(session, journal, database);
    warnStoppedMidway(made.stoppedMidway, database.reporter);
    if (made.members.length === 0) return made;
    reportPlan(made, database);
    assertRunnable(made.units, session);
    await confirmPlan(session, made, database);
    return made;
  };
  const makePlan = (session: Session, journal: Journal, database: DatabaseContext) =>
    recordingFailure(session, database, { command: Command.ROLLBACK_PREFLIGHT, journal }, () =>
      look(session, journal, database),
    );
  const plan = await withJournal(context, makePlan, { check: requireTarget(context) });
  if (plan.members.length === 0) {
    context.reporter.info('nothing_to_roll_back', 'nothing to roll back: the target is the last applied');
    return { migration_count: 0 };
  }
  await safetyDelay(context);
  return { migration_count: plan.members.length, token: plan.token };
}
