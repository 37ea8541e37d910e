import { type Comparison, compareHistory, type Journal, type Migration } from '../../../core/journal';
import { readNotedProgress } from '../database/all-progress';
import { isLockedElsewhere, readGlance } from '../database/glance';
import { readRawHistory } from '../database/history-table';
import type { Session } from '../database/session';
import { limitWaits } from '../database/session-settings';
import { readState, type State } from '../database/state';
import type { StateFacts } from '../database/state-facts';
import { together } from '../database/together';
import type { DatabaseContext } from '../run-context';

/** What the database has, and how it compares with the files. */
export interface Look {
  readonly state: State;
  readonly comparison: Comparison;
}

/** Reads the state of the database. */
export async function look(
  session: Session,
  journal: Journal,
  { settings }: Pick<DatabaseContext, 'settings'>,
  known?: StateFacts,
): Promise<Look> {
  const state = await readState(session, settings.migrations, known);
  return { state, comparison: compareHistory(journal.migrations, state.rows ?? []) };
}

/** Rows without a file, of which a database can have some that is ahead of the files. */
const AHEAD = 1000;

interface FirstLook {
  readonly settled?: Look;
  /** Whether there is no history yet, as far as this role sees. */
  readonly isNew: boolean;
  /** What is probably to be applied; undefined where somebody else is at it. */
  readonly pending?: readonly Migration[];
}

/**
 * Looks before the lock is taken, whether there is anything to do at all: nearly always there is not. Nobody holds the lock
 * then, and everything is applied as the files have it, so that to take the lock would only tell the same.
 *
 * @returns nothing that is settled where the lock is needed to know, or to do something.
 */
export async function lookForNothing(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<FirstLook> {
  const { migrations, limits } = context.settings;
  const { locked, history, progress } = await readGlance(session, migrations);
  const isNew = history === null;
  // What another runner is at may be locked, and is not over.
  if (locked && (await isLockedElsewhere(session, migrations))) return { isNew };
  if (isNew) return { isNew, pending: journal.migrations };
  // What this role may not read is told under the lock, with all that is wrong.
  if (!history || progress === false) return { isNew };
  const [, rows, byTag] = await together([
    // Behind a pooler limits hold for a transaction only.
    session.pooled ? undefined : limitWaits(session, limits),
    readRawHistory(session, migrations, journal.migrations.length + AHEAD),
    progress ? readNotedProgress(session, migrations) : new Map(),
  ]);
  // What it is then, is told under the lock.
  if (!rows) return { isNew };
  const seen = {
    state: { rows, progress: { readable: true, locked: false, byTag } },
    comparison: compareHistory(journal.migrations, rows),
  };
  // An empty table need not be Drizzle's.
  const settled = rows.length > 0 && isSettled(seen, journal) ? seen : undefined;
  return { ...(settled && { settled }), isNew, pending: seen.comparison.pending };
}

function isSettled({ state: { progress }, comparison }: Look, journal: Journal): boolean {
  const { pending, edited } = comparison;
  if (pending.length > 0 || edited.length > 0) return false;
  return progress.byTag.size === 0 && !lacksNames(comparison, journal);
}

/**
 * Whether rows lack the name that drizzle-orm 1.0 needs: all of an old table under a folder of the new layout, and
 * those that drizzle-orm 0.x wrote into a new table.
 */
export function lacksNames({ applied, edited }: Comparison, { layout }: Journal): boolean {
  const names = [...applied, ...edited].map(({ row }) => row.name);
  return names.includes(null) && (layout === '1.x' || names.some((name) => name !== null));
}
