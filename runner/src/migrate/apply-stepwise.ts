import { addHistoryRow } from '../database/history';
import { clearProgress } from '../database/progress';
import { GateError } from '../errors/gate-error';
import type { Direction } from './direction';
import { runStepwise } from './run-stepwise';
import { seenHistoryOf } from './seen-history';
import { isStillPending } from './still-pending';
import type { PlannedMigration, UnitMode } from './unit';
import type { UnitContext, UnitOutcome } from './unit-context';

/**
 * Applies a migration that can't be one transaction, as {@link runStepwise} does; its history row commits with the last
 * of its work.
 */
export async function applyStepwise(
  planned: PlannedMigration,
  mode: Exclude<UnitMode, 'transactional'>,
  context: UnitContext,
): Promise<UnitOutcome> {
  const outcome = await runStepwise(planned, mode, applying(planned, context), context);
  return outcome === 'done' ? 'applied' : outcome;
}

function applying(planned: PlannedMigration, context: UnitContext): Direction {
  const { session, settings, record } = context;
  const seen = seenHistoryOf(context);
  const { migration } = planned;
  const isDue = async () => isStillPending({ migrations: [planned] }, await seen.readPending(session));
  return {
    way: 'apply',
    progressTag: (tag) => tag,
    isDue,
    within: (_script, _statement, run) => run(),
    record: async (_script, taken) => {
      if (!(await isDue())) {
        throw new GateError('TRY_AGAIN', `another runner has recorded ${migration.tag}`, {
          remedy: 'run again',
        });
      }
      await addHistoryRow(session, settings.migrations, migration);
      await clearProgress(session, settings.migrations, migration);
      const { tag, hash } = migration;
      await record.add([{ migration: tag, hash, ...taken, statements: planned.statements.length }]);
    },
  };
}
