import type { MigrationSettings } from '../config/settings';
import { quoteIdentifier, quoteLiteral } from '../sql/quote';
import { historyTable } from './history-table';
import { lockedAnywhere, lockedElsewhere, lockHalves } from './lock';
import type { Session } from './session';
import { stateTable } from './state-tables';

/** Whether this role may read a table; null where there is none. */
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
 * What functions find in the server's caches, a query of the catalog would have to be planned for, which takes a server
 * process that has just begun twice as long.
 */
export function glanceQuery(settings: MigrationSettings): string {
  const usable = `has_schema_privilege(to_regnamespace(${quoteLiteral(quoteIdentifier(settings.schema))}), 'USAGE')`;
  // A name in a schema that may not be used would be an error.
  const readable = (table: string) =>
    `case ${usable} when true then has_table_privilege(to_regclass(${quoteLiteral(table)}), 'SELECT') when false then false end`;
  return `
  select ${lockedAnywhere(lockHalves(settings).map(quoteLiteral))} as locked,
    ${readable(historyTable(settings))} as history, ${readable(stateTable(settings, 'progress'))} as progress`;
}

export async function readGlance(session: Session, settings: MigrationSettings): Promise<Glance> {
  const [row] = await session.query<Glance>(glanceQuery(settings));
  if (!row) throw new Error('the server gave no answer');
  return row;
}

/** Tells locks of this database from those of others, which run on the same server with the same names. */
export async function isLockedElsewhere(session: Session, settings: MigrationSettings): Promise<boolean> {
  const [row] = await session.query<Pick<Glance, 'locked'>>(
    `select ${lockedElsewhere(lockHalves(settings).map(quoteLiteral))} as locked`,
  );
  return row?.locked !== false;
}
