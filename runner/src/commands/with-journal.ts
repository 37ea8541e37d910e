import type { Journal } from '../../../core/journal';
import { requireInputs } from '../config/require-inputs';
import { withDatabase } from '../database/connect';
import type { Session } from '../database/session';
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
  return withDatabase({ ...database, limits: context.settings.limits }, (session) =>
    use(session, journal, database),
  );
}
