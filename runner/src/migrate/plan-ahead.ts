import type { Migration } from '../../../core/journal';
import type { Session } from '../database/session';
import type { DatabaseContext } from '../run-context';
import { planUnits } from './plan-units';
import type { Unit } from './unit';

/** A plan that was made before it was sure what is to be applied. */
export interface PlannedAhead {
  /** Undefined where it is something else. @throws GateErrors (78) as `planUnits` does. */
  for(migrations: readonly Migration[]): Promise<Unit[]> | undefined;
}

/** Plans what is probably pending while the server is waited for. */
export function planAhead(
  probably: readonly Migration[] | undefined,
  session: Session,
  { settings }: Pick<DatabaseContext, 'settings'>,
): PlannedAhead | undefined {
  if (!probably) return undefined;
  const units = planUnits(probably, settings.transactionMode, new Set(), session);
  // It is told when it is asked for.
  units.catch(() => undefined);
  return {
    for: (migrations) =>
      migrations.length === probably.length && migrations.every((each, at) => each === probably[at])
        ? units
        : undefined,
  };
}
