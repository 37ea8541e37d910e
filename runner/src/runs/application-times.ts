import type { Comparison, HistoryRow } from '../../../core/journal';
import type { MigrationSettings } from '../config/settings';
import type { Session } from '../database/session';
import { stateTable, stateTableExists } from '../database/state-tables';
import { toGateError } from '../errors/to-gate-error';

/**
 * When the edited ones of a comparison were applied, as far as runs were recorded: by the hash that the history has.
 * Nothing is asked where nothing was edited.
 */
export async function readApplicationTimes(
  session: Session,
  settings: MigrationSettings,
  { edited }: Pick<Comparison, 'edited'>,
): Promise<(row: Pick<HistoryRow, 'hash'>) => string | undefined> {
  if (edited.length === 0 || !(await stateTableExists(session, settings, 'runs'))) return () => undefined;
  const rows = await session
    .query<{ hash: string; at: string }>(
      `select m ->> 'hash' as hash, m ->> 'applied_at' as at
         from ${stateTable(settings, 'runs')}, jsonb_array_elements(migrations) as m
        where history_table = $1 and m ? 'applied_at' order by started_at`,
      [settings.table],
    )
    .catch((error: unknown) => {
      // A role that only reads the history need not be allowed to read this.
      if (toGateError(error).exit === 'ACCESS') return [];
      throw error;
    });
  const times = new Map(rows.map(({ hash, at }) => [hash, at]));
  return ({ hash }) => times.get(hash);
}
