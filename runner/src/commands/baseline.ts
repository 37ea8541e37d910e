import { Command } from '../../../core/contract';
import { baseline } from '../adopt/baseline';
import { GateError } from '../errors/gate-error';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';
import { recordingFailure } from '../runs/recording-failure';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

export async function baselineCommand(
  context: RunContext,
  { to, confirm }: Arguments,
  commandLine: string,
): Promise<RunSummary> {
  if (to === undefined) throw new GateError('USAGE', 'baseline needs --to');
  return withJournal(context, async (session, journal, database) => {
    const about = { command: Command.BASELINE, journal };
    return recordingFailure(session, database, about, async () => {
      const confirmation = { token: confirm, commandLine };
      const migrations = await baseline(session, journal, database, { to, confirmation });
      await reportStatus(session, journal, database);
      return { migration_count: migrations };
    });
  });
}
