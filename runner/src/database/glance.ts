import type { MigrationSettings } from '../config/settings';
import { quoteIdentifier, quoteLiteral } from '../sql/quote';
import { historyTable } from './history-table';
import { lockedAnywhere, lockHalves } from './lock';
import type { Session } from './session';
import { stateTable } from './state-tables';

/** Whether this role may read a table; null where it sees none. */
type Readable = boolean | null;

/**
 * As much of the state as it nearly always takes to see that there is nothing to do. Where it is not enough, all of the
 * state is read.
 */
export interface Glance {
  /** Whether a session holds the migration lock, here or in another database of the server. */
  readonly locked: boolean;
  readonly history: Readable;
  readonly progress: Readable;
}

/**
 * The text of {@link readGlance}, for what is asked with the login.
 *
 * It asks by functions, which find what they need in the server's caches. A server process that has just begun takes
 * twice as long for a query of the catalog, which it has to plan.
 */
export function glanceQuery(settings: MigrationSettings): string {
  const usable = `has_schema_privilege(to_regnamespace(${quoteLiteral(quoteIdentifier(settings.schema))}), 'USAGE')`;
  // A name in a schema that may not be used would be an error.
  const readable = (table: string) =>
    `case when ${usable} then has_table_privilege(to_regclass(${quoteLiteral(table)}), 'SELECT') end`;
  return `
  select ${lockedAnywhere(lockHalves(settings).map(quoteLiteral))} as locked,
    ${readable(historyTable(settings))} as history, ${readable(stateTable(settings, 'progress'))} as progress`;
}

export async function readGlance(session: Session, settings: MigrationSettings): Promise<Glance> {
  const [row] = await session.query<Glance>(glanceQuery(settings));
  if (!row) throw new Error('the server gave no answer');
  return row;
}
