import { rollback } from '../rollback/rollback';
import type { RunContext } from '../run-context';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

export async function rollbackCommand(context: RunContext): Promise<Record<string, unknown>> {
  return withJournal(context, async (session, journal, database) => {
    const migrations = await rollback(session, journal, database);
    await reportStatus(session, journal, database);
    return { migrations };
  });
}
