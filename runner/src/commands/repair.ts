import { Command } from '../../../core/contract';
import { repair } from '../adopt/repair';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';
import { recordingFailure } from '../runs/recording-failure';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

export async function repairCommand(
  context: RunContext,
  { accept, removeOrphan, removeOrphans, forget, confirm }: Arguments,
  commandLine: string,
): Promise<RunSummary> {
  return withJournal(context, async (session, journal, database) => {
    const about = { command: Command.REPAIR, journal };
    return recordingFailure(session, database, about, async () => {
      const changes = await repair(session, journal, database, {
        ...{ accept, forget, confirmation: { token: confirm, commandLine } },
        removeOrphans: removeOrphans ? 'all' : removeOrphan,
      });
      await reportStatus(session, journal, database);
      return { changes };
    });
  });
}
