import { compareHistory, type Journal } from '../../../../core/journal';
import { readHistory } from '../../database/history';
import type { Session } from '../../database/session';
import { GateError } from '../../errors/gate-error';
import { plural } from '../../report/plural';
import type { DatabaseContext } from '../../run-context';
import type { RollbackPlan } from '../plan';

/** Reads the history once more. @throws GateError (70) naming what it still records. */
export async function assertUndone(
  session: Session,
  journal: Journal,
  { members }: RollbackPlan,
  { settings }: DatabaseContext,
): Promise<void> {
  const rows = (await readHistory(session, settings.migrations)) ?? [];
  const pending = new Set(compareHistory(journal.migrations, rows).pending);
  const left = members.filter(({ migration, row }) =>
    migration ? !pending.has(migration) : rows.some(({ id }) => id === row.id),
  );
  if (left.length === 0) return;
  throw new GateError('INTERNAL', `still recorded after the rollback: ${plural(left.length, 'migration')}`, {
    detail: left.map(({ tag }) => tag).join('\n'),
    remedy: 'look for another program that changes the history table',
  });
}
