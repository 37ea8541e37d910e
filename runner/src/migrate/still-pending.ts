import type { Migration } from '../../../core/journal';
import type { Unit } from './unit';

/** Whether nobody else has applied a migration of the unit since it was planned. */
export function isStillPending(
  { migrations }: Pick<Unit, 'migrations'>,
  pending: ReadonlySet<Migration>,
): boolean {
  return migrations.every(({ migration }) => pending.has(migration));
}
