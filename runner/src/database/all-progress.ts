import type { MigrationSettings } from '../config/settings';
import type { Progress, StatementProgress } from './progress';
import type { Session } from './session';
import { readStateFacts, type StateFacts } from './state-facts';
import { stateTable } from './state-tables';

/** How far one migration came. */
export interface MigrationProgress {
  readonly statements: Progress;
  /** When something of it was noted last, in ISO 8601; absent in a table that does not tell. */
  readonly lastAt: string | undefined;
}

/** What is noted of the migrations of this history. */
export interface AllProgress {
  /** Whether this role may see it; a table that is not there has nothing to hide. */
  readonly readable: boolean;
  /** Whether another session holds the migration lock, so that what has progress may be under way. */
  readonly locked: boolean;
  readonly byTag: ReadonlyMap<string, MigrationProgress>;
}

interface Row extends StatementProgress {
  readonly migration: string;
  readonly statement: number;
  readonly changed_at: string | null;
}

/**
 * Reads the progress of all migrations and changes nothing. It never fails on a table that is absent, may not be read,
 * or lacks the columns of a later version.
 */
export async function readAllProgress(
  session: Session,
  settings: MigrationSettings,
  known?: StateFacts,
): Promise<AllProgress> {
  // Asked first: what is refused would abort an open transaction.
  const facts = known ?? (await readStateFacts(session, settings));
  const { isLocked: locked, tables } = facts;
  const readable = !tables.progress || (facts.isUsable && tables.progress.privileges.has('SELECT'));
  const byTag = tables.progress && readable ? await readNotedProgress(session, settings) : new Map();
  return { readable, locked, byTag };
}

/** The same of a table that is there and may be read. */
export async function readNotedProgress(
  session: Session,
  settings: MigrationSettings,
): Promise<AllProgress['byTag']> {
  const rows = await session.query<Row>(
    `select migration, statement, state, hash, noted ->> 'remembered' as remembered, noted ->> 'changed_at' as changed_at
       from ${stateTable(settings, 'progress')} p, to_jsonb(p) as noted
      where history_table = $1 order by migration, statement`,
    [settings.table],
  );
  const byTag = new Map<string, Row[]>();
  for (const row of rows) {
    const known = byTag.get(row.migration);
    if (known) known.push(row);
    else byTag.set(row.migration, [row]);
  }
  return new Map([...byTag].map(([tag, noted]) => [tag, progressOf(noted)]));
}

function progressOf(rows: readonly Row[]): MigrationProgress {
  const times = rows.flatMap(({ changed_at: at }) => (at === null ? [] : [Date.parse(at)]));
  return {
    statements: new Map(
      rows.map(({ statement, state, hash, remembered }) => [statement, { state, hash, remembered }]),
    ),
    lastAt: times.length > 0 ? new Date(Math.max(...times)).toISOString() : undefined,
  };
}
