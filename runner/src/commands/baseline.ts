import { baseline } from '../adopt/baseline';
import { GateError } from '../errors/gate-error';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';
import { reportStatus } from '../status/report-status';
import { withJournal } from './with-journal';

export async function baselineCommand(
  context: RunContext,
  { to, confirm }: Arguments,
  commandLine: string,
): Promise<RunSummary> {
  if (to === undefined) throw new GateError('USAGE', 'baseline needs --to');
  return withJournal(context, async (session, journal, database) => {
    const migrations = await baseline(session, journal, database, {
      to,
      confirmation: { token: confirm, commandLine },
    });
    await reportStatus(session, journal, database);
    return { migration_count: migrations };
  });
}
