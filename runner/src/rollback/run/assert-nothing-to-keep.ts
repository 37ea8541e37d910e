import { withTransaction } from '../../database/transaction';
import { GateError } from '../../errors/gate-error';
import { positionOf } from '../../sql/position';
import type { ClassifiedStatement } from '../../sql/script-statements';
import { keepOutlook } from '../keep-outlook';
import { findLosses } from '../losses/find-losses';
import { renderLoss } from '../losses/loss';
import type { UndoContext } from './undo-context';
import type { PlannedUndo } from './undo-units';

/**
 * For a statement that commits by itself, as a DO block with COMMIT does: nothing can be locked and copied in the same
 * transaction as it destroys.
 *
 * @throws GateError (83) when it loses rows that are to be kept.
 */
export async function assertNothingToKeep(
  { script, migration }: PlannedUndo,
  statement: ClassifiedStatement,
  { session, settings }: UndoContext,
): Promise<void> {
  const losses = await withTransaction(session, () =>
    findLosses(session, [{ ...script, statements: [statement] }], settings.rollback),
  );
  const outlook = keepOutlook(losses, settings.rollback);
  if (!outlook || outlook.mode === 'discard') return;
  const { line } = positionOf(migration.sql, statement.start);
  throw new GateError(
    'NO_ROLLBACK',
    `${migration.file}, line ${line}: this statement commits by itself, so what it destroys can't be kept: ${losses.map(renderLoss).join(', ')}`,
    {
      migration: migration.tag,
      remedy:
        'write what destroys it (DROP, TRUNCATE, DELETE) as a statement of its own, or lose it for good with ROLLBACK_KEEP=discard',
    },
  );
}
