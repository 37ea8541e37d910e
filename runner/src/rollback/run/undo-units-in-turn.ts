import { failureFields } from '../../errors/failure-fields';
import { toGateError } from '../../errors/to-gate-error';
import { withLockRetries } from '../../migrate/lock-retries';
import { plural } from '../../report/plural';
import { renderDuration } from '../../terminal/render-elapsed';
import type { RollbackPlan } from '../plan';
import type { UndoContext, UndoOutcome } from './undo-context';
import { undoStepwise } from './undo-stepwise';
import { undoTogether } from './undo-together';
import type { UndoUnit } from './undo-units';

/**
 * Undoes the units of a plan one after the other, and reports each.
 *
 * @returns the tags that were undone; fewer than planned when another runner was quicker, as can happen behind a pooler.
 */
export async function undoUnitsInTurn(
  plan: RollbackPlan,
  base: Omit<UndoContext, 'undone' | 'last'>,
): Promise<string[]> {
  const { reporter, activity } = base;
  const undone: string[] = [];
  const context: UndoContext = { ...base, undone, last: plan.units.at(-1) };
  for (const unit of plan.units) {
    const tags = tagsOf(unit);
    const how = unit.mode === 'transactional' ? 'in one transaction' : 'statement by statement';
    const started = Date.now();
    reporter.info('unit_started', `rolling back ${tags.join(', ')} ${how}`, { migrations: tags });
    try {
      const part = {
        ...({ kind: 'unit', way: 'undo', mode: unit.mode } as const),
        ...{ migrations: tags, later: plan.members.length - undone.length - tags.length },
      };
      const outcome = await activity.during(part, () =>
        withLockRetries(base, () => undo(unit, plan, context)),
      );
      if (outcome === 'stale') return undone;
    } catch (error) {
      const failure = toGateError(error);
      const left = plan.members.map(({ tag }) => tag).filter((tag) => !undone.includes(tag));
      // Why, the end of the run tells.
      reporter.error('rollback_failed', `rolling back ${tags.join(', ')} failed`, {
        ...failureFields(failure),
        ...{ undone, still_applied: left, duration_ms: Date.now() - started },
      });
      throw failure;
    }
    undone.push(...tags);
    const duration = Date.now() - started;
    reporter.info(
      'unit_committed',
      `committed: ${plural(tags.length, 'migration')} rolled back in ${renderDuration(duration)}`,
      {
        migrations: tags,
        duration_ms: duration,
      },
    );
  }
  return undone;
}

async function undo(unit: UndoUnit, plan: RollbackPlan, context: UndoContext): Promise<UndoOutcome> {
  const [only] = unit.migrations;
  return unit.mode === 'transactional' || !only
    ? undoTogether(unit, plan, context)
    : undoStepwise(unit, only, plan, context);
}

function tagsOf({ migrations }: UndoUnit): string[] {
  return migrations.map(({ migration }) => migration.tag);
}
