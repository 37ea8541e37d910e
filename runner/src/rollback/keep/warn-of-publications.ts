import type { Session } from '../../database/session';
import { plural } from '../../report/plural';
import type { RunContext } from '../../run-context';

/** Copies are tables like any other, so such a publication has them too. */
export async function warnOfPublications(
  session: Session,
  schema: string,
  { reporter }: Pick<RunContext, 'reporter'>,
): Promise<void> {
  const publications = await session.query<{ name: string }>(
    'select pubname as name from pg_catalog.pg_publication where puballtables and pubinsert order by 1',
  );
  if (publications.length === 0) return;
  reporter.warn(
    'kept_warning',
    `${plural(publications.length, 'publication')} FOR ALL TABLES (${publications.map(({ name }) => name).join(', ')}) will send the copies in ${schema} to the subscribers, and a subscriber of PostgreSQL stops at a table that it has not`,
    { remedy: 'look at the subscribers; there, make the tables, or skip the transaction' },
  );
}
