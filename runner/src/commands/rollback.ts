import { Command } from '../../../core/contract';
import type { Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import { requireTarget } from '../rollback/require-target';
import { rollback } from '../rollback/rollback';
import type { DatabaseContext, RunContext, RunSummary } from '../run-context';
import { recordingFailure } from '../runs/recording-failure';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

export async function rollbackCommand(context: RunContext): Promise<RunSummary> {
  const run = async (session: Session, journal: Journal, database: DatabaseContext) => {
    const about = { command: Command.ROLLBACK, journal };
    return recordingFailure(session, database, about, async () => {
      const migrations = await rollback(session, journal, database);
      await reportStatus(session, journal, database);
      return { migration_count: migrations };
    });
  };
  return withJournal(context, run, { check: requireTarget(context) });
}
