import type { HistoryRow } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import { type AllProgress, readAllProgress } from './all-progress';
import { readHistoryRows } from './history-table';
import type { Session } from './session';
import { readStateFacts, type StateFacts } from './state-facts';
import { together } from './together';

/** Everything that the database knows of one history, as far as this role may see it. */
export interface State {
  /** Undefined when there is no such table. */
  readonly rows: readonly HistoryRow[] | undefined;
  readonly progress: AllProgress;
}

/**
 * Reads what was applied and what stopped midway; it changes nothing. Where the facts are known, it is one round trip.
 *
 * @throws GateError: 77 where the role may not read the history, 78 when the table is none of Drizzle's.
 */
export async function readState(
  session: Session,
  settings: MigrationSettings,
  known?: StateFacts,
): Promise<State> {
  const facts = known ?? (await readStateFacts(session, settings));
  const { history } = facts.tables;
  const [rows, progress] = await together([
    history ? readHistoryRows(session, settings, history.columns) : Promise.resolve(undefined),
    readAllProgress(session, settings, facts),
  ]);
  return { rows, progress };
}
