import { compareHistory, type HistoryRow } from '../../../core/journal';
import type { Unit } from './unit';
import type { UnitContext } from './unit-context';

/** Whether nobody else has applied a migration of the unit since it was planned. */
export function isStillPending(
  { migrations }: Pick<Unit, 'migrations'>,
  { journal }: Pick<UnitContext, 'journal'>,
  rows: readonly HistoryRow[],
): boolean {
  // All files are compared, not the unit's alone: a row of one with the same content or time would pass for another's.
  const pending = new Set(compareHistory(journal.migrations, rows).pending);
  return migrations.every(({ migration }) => pending.has(migration));
}
