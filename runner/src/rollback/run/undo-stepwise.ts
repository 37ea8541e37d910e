import { readHistory } from '../../database/history';
import { readProgress, rollbackTag } from '../../database/progress';
import { toGateError } from '../../errors/to-gate-error';
import type { Direction } from '../../migrate/direction';
import { runStepwise } from '../../migrate/run-stepwise';
import { previewPlan, type RollbackPlan } from '../plan';
import { assertNothingToKeep } from './assert-nothing-to-keep';
import { forgetMigrations } from './forget-migrations';
import { withStatementLossesKept } from './losses-under-locks';
import type { UndoContext, UndoOutcome } from './undo-context';
import { undoFailure } from './undo-failure';
import type { PlannedUndo, UndoUnit } from './undo-units';

/**
 * Undoes a migration whose script can't be one transaction, statement by statement under the engine's rules: what runs
 * in a transaction commits with its progress, what can't is looked for in the catalog before a rerun repeats it. Its
 * history row goes with the last of its work.
 */
export async function undoStepwise(
  unit: UndoUnit,
  undo: PlannedUndo,
  plan: RollbackPlan,
  context: UndoContext,
): Promise<UndoOutcome> {
  const { session, journal, settings } = context;
  const { tag } = undo.script.member;
  let hasBegun = (await readProgress(session, settings.migrations, { tag: rollbackTag(tag) })).size > 0;
  const direction: Direction = {
    ...undoing(unit, undo, plan, context),
    onStopped: () => {
      hasBegun = true;
    },
  };
  try {
    const now = await previewPlan(session, journal, context);
    if (now.members.length === 0) return 'stale';
    context.assertStillConfirmed(now);
    const outcome = await runStepwise(undo, 'stepwise', direction, context);
    return outcome === 'done' ? 'undone' : outcome;
  } catch (error) {
    const failure = toGateError(error);
    throw undoFailure(failure, unit, {
      undone: context.undone,
      half: hasBegun ? tag : undefined,
    });
  }
}

function undoing(unit: UndoUnit, undo: PlannedUndo, plan: RollbackPlan, context: UndoContext): Direction {
  const { session, settings, record, reporter } = context;
  const { member } = undo.script;
  const { tag, hash, row } = member;
  return {
    way: 'undo',
    progressTag: rollbackTag,
    isDue: async () =>
      ((await readHistory(session, settings.migrations)) ?? []).some(({ id }) => id === row.id),
    within: (_script, statement, run) => withStatementLossesKept(undo, statement, plan, context, run),
    alone: (_script, statement) => assertNothingToKeep(undo, statement, context),
    record: async (_script, taken) => {
      await forgetMigrations([member], context);
      const statements = undo.statements.length;
      await record.add([{ migration: tag, hash, ...taken, statements }], unit === context.last);
      reporter.info('rollback_script_done', `undid ${tag}; not yet committed`, {
        ...{ migration: tag, duration_ms: taken.duration_ms },
      });
    },
  };
}
