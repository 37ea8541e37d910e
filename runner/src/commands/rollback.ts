import type { Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import { requireTarget } from '../rollback/require-target';
import { rollback } from '../rollback/rollback';
import type { DatabaseContext, RunContext, RunSummary } from '../run-context';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

export async function rollbackCommand(context: RunContext): Promise<RunSummary> {
  const run = async (session: Session, journal: Journal, database: DatabaseContext) => {
    const migrations = await rollback(session, journal, database);
    await reportStatus(session, journal, database);
    return { migration_count: migrations };
  };
  return withJournal(context, run, requireTarget(context));
}
