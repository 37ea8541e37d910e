import type { Journal } from '../../../core/journal';
import { loadJournalInTurns } from '../config/load-journal';
import { requireInputs } from '../config/require-inputs';
import { type MigrationSettings, requireConnection } from '../config/settings';
import { withDatabase } from '../database/connect';
import type { Session } from '../database/session';
import { stateFactsQuery } from '../database/state-facts';
import { inTurns } from '../in-turns';
import type { DatabaseContext, RunContext } from '../run-context';
import { connectMeanwhile } from './connect-meanwhile';

/**
 * What nearly every command begins with: sound settings, a sound folder, and a session. A server takes its time to begin
 * one, in which the folder is read.
 *
 * @param check looks at the folder before anything is asked of the database, and throws what is wrong for this command.
 * @param opening what this command asks first, which then costs no round trip of its own.
 */
export async function withJournal<T>(
  context: RunContext,
  use: (session: Session, journal: Journal, context: DatabaseContext) => Promise<T>,
  {
    check = () => undefined,
    opening = stateFactsQuery,
  }: { check?: (journal: Journal) => void; opening?: (settings: MigrationSettings) => string } = {},
): Promise<T> {
  const { settings, reporter, ahead } = context;
  const { limits, migrations } = settings;
  const see = (journal: Journal) => {
    check(journal);
    for (const warning of journal.warnings) reporter.warn('journal_warning', warning);
    return journal;
  };
  // Where nothing is on its way, all that is wrong here is told before it is.
  const known = ahead ? undefined : see(requireInputs(settings).journal);
  const read = async () => known ?? see(await inTurns(loadJournalInTurns(migrations)));
  const database = { ...context, connection: requireConnection(settings) };
  return connectMeanwhile(read, (reading) =>
    withDatabase({ ...database, limits, opening: opening(migrations), meanwhile: reading }, async (session) =>
      use(session, await reading(), database),
    ),
  );
}
