import { Command } from '../../../core/contract';
import { glanceQuery } from '../database/glance';
import { migrate } from '../migrate/migrate';
import type { RunContext, RunSummary } from '../run-context';
import { recordingFailure } from '../runs/recording-failure';
import { grantStatus } from '../status/grant-status';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

export async function migrateCommand(context: RunContext): Promise<RunSummary> {
  return withJournal(
    context,
    async (session, journal, database) => {
      const about = { command: Command.MIGRATE, journal };
      return recordingFailure(session, database, about, async () => {
        const { applied, seen } = await migrate(session, journal, database);
        await grantStatus(session, database);
        await reportStatus(session, journal, database, seen);
        return { applied: applied.length, last: applied.at(-1) };
      });
    },
    { opening: glanceQuery },
  );
}
