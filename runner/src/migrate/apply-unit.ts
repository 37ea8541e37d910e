import { failureFields } from '../errors/failure-fields';
import type { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import { plural } from '../report/plural';
import type { NotedRecord, RecordedMigration } from '../runs/run-record';
import { renderDuration } from '../terminal/render-elapsed';
import { applyStepwise } from './apply-stepwise';
import { applyTransactional } from './apply-transactional';
import { withDirectiveRemedy } from './directive-remedy';
import { replanAtEnumValue, withEnumRemedy } from './enum-value';
import { withExistsRemedy } from './exists-remedy';
import { withLockRetries } from './lock-retries';
import { resumeRisks } from './resume-risks';
import type { PlannedMigration, Unit } from './unit';
import type { UnitContext, UnitOutcome } from './unit-context';
import { someOf, unitFate } from './unit-fate';

export interface UnitResult {
  /** Tags of what was applied; `stale` when another runner changed the history, so that the plan is void. */
  readonly outcome: readonly string[] | 'stale';
  /** What had to be left for units of its own. */
  readonly rest: readonly Unit[];
}

const HOW: Record<Unit['mode'], string> = {
  transactional: 'in one transaction',
  stepwise: 'statement by statement, outside a transaction where it must',
  'own-transaction': 'with its own BEGIN and COMMIT',
};

/** Applies one unit and reports it; on failure it says what became of every migration. */
export async function applyUnit(
  unit: Unit,
  later: readonly PlannedMigration[],
  context: UnitContext,
): Promise<UnitResult> {
  const { reporter, activity } = context;
  const tags = tagsOf(unit.migrations);
  const started = Date.now();
  const durations = new Map<string, number>();
  reporter.info('unit_started', `applying ${someOf(tags)} ${HOW[unit.mode]}`, { migrations: tags });
  try {
    const part = {
      ...({ kind: 'unit', way: 'apply', mode: unit.mode } as const),
      ...{ migrations: tags, later: later.length },
    };
    const outcome = await activity.during(part, () =>
      withLockRetries(context, () =>
        apply(unit, { ...context, record: ofUnit(context.record, durations, later.length === 0) }),
      ),
    );
    if (outcome === 'stale') return { outcome, rest: [] };
  } catch (error) {
    const failure = explained(toGateError(error), unit, context);
    const replanned = await replanAtEnumValue(unit, failure, context.session);
    if (!replanned) {
      reportFailed(unit, later, failure, Date.now() - started, context);
      throw failure;
    }
    const { event, message, rest } = replanned;
    reporter.warn(event, message, { migration: failure.migration, sqlstate: failure.sqlstate });
    return { outcome: [], rest };
  }
  const duration = Date.now() - started;
  for (const tag of tags) {
    const duration_ms = durations.get(tag);
    reporter.info('migration_applied', `applied ${tag}`, { migration: tag, duration_ms });
  }
  reporter.info(
    'unit_committed',
    `committed ${plural(tags.length, 'migration')} in ${renderDuration(duration)}`,
    {
      migrations: tags,
      duration_ms: duration,
    },
  );
  return { outcome: tags, rest: [] };
}

/**
 * The record for one unit, with which the run has succeeded where it is the last.
 *
 * @param durations told how long each migration took, without the commit that they share.
 */
function ofUnit(record: NotedRecord, durations: Map<string, number>, isLast: boolean): NotedRecord {
  const hear = (migrations: readonly RecordedMigration[]) => {
    for (const { migration, duration_ms } of migrations) durations.set(migration, duration_ms);
  };
  return {
    ...record,
    notes: (migrations) => {
      hear(migrations);
      return record.notes(migrations, isLast);
    },
    add: async (migrations) => {
      hear(migrations);
      await record.add(migrations, isLast);
    },
  };
}

/** The remedy that fits the unit, where the error's code alone does not tell. */
function explained(failure: GateError, unit: Unit, { session, historyWasEmpty }: UnitContext): GateError {
  const known = withExistsRemedy(failure, historyWasEmpty);
  if (unit.mode !== 'transactional') return known;
  const failed = unit.migrations.find(({ migration }) => migration.tag === failure.migration);
  return withEnumRemedy(withDirectiveRemedy(known, failed?.directive), unit, session);
}

async function apply(unit: Unit, context: UnitContext): Promise<UnitOutcome> {
  const [only] = unit.migrations;
  if (unit.mode === 'transactional' || !only) return applyTransactional(unit, context);
  await context.prepared;
  reportRisks(only, context);
  return applyStepwise(only, unit.mode, context);
}

function reportRisks(planned: PlannedMigration, { reporter }: UnitContext): void {
  const { tag } = planned.migration;
  for (const { what, consequence, statement } of resumeRisks(planned)) {
    reporter.warn(
      'resume_risk',
      `${tag}: should this run be killed, what statement ${statement.number} makes can't be resumed: ${what} ${consequence}`,
      { migration: tag, statement: statement.number },
    );
  }
}

function reportFailed(
  { mode, migrations }: Unit,
  later: readonly PlannedMigration[],
  failure: GateError,
  duration: number,
  { reporter }: UnitContext,
): void {
  const tags = tagsOf(migrations);
  const { failed, rolledBack, notStarted, others } = unitFate({ tags, mode, later: later.length }, failure);
  reporter.error('unit_failed', [`${someOf(failed)} failed`, others].filter(Boolean).join('; '), {
    ...failureFields(failure),
    duration_ms: duration,
    ...{ rolled_back: rolledBack, not_started: [...notStarted, ...tagsOf(later)] },
  });
}

function tagsOf(migrations: readonly PlannedMigration[]): string[] {
  return migrations.map(({ migration }) => migration.tag);
}
