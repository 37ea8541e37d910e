import type { Journal } from '../../../core/journal';
import { requireInputs } from '../config/require-inputs';
import { requireConnection } from '../config/settings';
import { withDatabase } from '../database/connect';
import type { Session } from '../database/session';
import { stateFactsQuery } from '../database/state-facts';
import type { DatabaseContext, RunContext } from '../run-context';

/**
 * What nearly every command begins with: sound settings, a sound folder, and a session.
 *
 * @param check looks at the folder before anything is asked of the database, and throws what is wrong for this command.
 */
export async function withJournal<T>(
  context: RunContext,
  use: (session: Session, journal: Journal, context: DatabaseContext) => Promise<T>,
  check: (journal: Journal) => void = () => undefined,
): Promise<T> {
  const { settings, reporter } = context;
  const { limits, migrations } = settings;
  const read = () => {
    const { journal } = requireInputs(settings);
    check(journal);
    for (const warning of journal.warnings) reporter.warn('journal_warning', warning);
    return journal;
  };
  // A server takes its time to begin a session, in which the folder is read. Where more is needed to connect than a
  // password, a fault of the folder is told first.
  const canWait = settings.problems.length === 0 && settings.connection?.login.kind === 'password';
  let journal = canWait ? undefined : read();
  const meanwhile = () => {
    journal ??= read();
  };
  const database = { ...context, connection: requireConnection(settings) };
  // What nearly all of them ask first costs no round trip of its own.
  const opening = stateFactsQuery(migrations);
  return withDatabase({ ...database, limits, opening, meanwhile }, (session) =>
    use(session, journal ?? read(), database),
  );
}
