import type { Journal } from '../../../core/journal';
import { requireInputs } from '../config/require-inputs';
import { withDatabase } from '../database/connect';
import type { Session } from '../database/session';
import { stateFactsQuery } from '../database/state-facts';
import type { DatabaseContext, RunContext } from '../run-context';

/**
 * What nearly every command begins with: sound settings, a sound folder, and a session.
 *
 * @param check looks at the folder before there is a connection, and throws what is wrong for this command.
 */
export async function withJournal<T>(
  context: RunContext,
  use: (session: Session, journal: Journal, context: DatabaseContext) => Promise<T>,
  check: (journal: Journal) => void = () => undefined,
): Promise<T> {
  const { connection, journal } = requireInputs(context.settings);
  check(journal);
  for (const warning of journal.warnings) context.reporter.warn('journal_warning', warning);
  const database = { ...context, connection };
  const { limits, migrations } = context.settings;
  // What nearly all of them ask first costs no round trip of its own.
  const opening = stateFactsQuery(migrations);
  return withDatabase({ ...database, limits, opening }, (session) => use(session, journal, database));
}
