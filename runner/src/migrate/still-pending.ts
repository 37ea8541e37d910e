import { compareHistory } from '../../../core/journal';
import { readHistory } from '../database/history';
import type { Unit } from './unit';
import type { UnitContext } from './unit-context';

/** Whether nobody else has applied a migration of the unit since it was planned. */
export async function isStillPending(
  { migrations }: Pick<Unit, 'migrations'>,
  { session, journal, settings }: UnitContext,
): Promise<boolean> {
  // All files are compared, not the unit's alone: a row of one with the same content or time would pass for another's.
  const rows = (await readHistory(session, settings.migrations)) ?? [];
  const pending = new Set(compareHistory(journal.migrations, rows).pending);
  return migrations.every(({ migration }) => pending.has(migration));
}
