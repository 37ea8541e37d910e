import { type Comparison, compareHistory, type Journal, type Migration } from '../../../core/journal';
import { ensureHistory, readHistory } from '../database/history';
import { lockOptions, withLockedTransaction, withMigrationLock } from '../database/lock';
import { progressUnreadable, readInterrupted } from '../database/progress';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { GateError } from '../errors/gate-error';
import { SessionObserver } from '../observe/session-observer';
import { plural } from '../report/plural';
import { openScriptStore, storingScripts } from '../rollback/script-store';
import type { DatabaseContext } from '../run-context';
import { readApplicationTimes } from '../runs/application-times';
import { migratePlan } from '../runs/migrate-plan';
import { migratePlanHash } from '../runs/plan-hash';
import { withRunRecord } from '../runs/run-record';
import { applyUnit } from './apply-unit';
import { assertComparison } from './assert-comparison';
import { assertRunnable } from './assert-runnable';
import { assertNoHistoryElsewhere } from './other-history';
import { planUnits } from './plan-units';
import type { Unit } from './unit';
import type { UnitContext } from './unit-context';
import { assertNoUnknownProgress } from './unknown-progress';

export interface MigrateResult {
  /** Tags in the order in which they were applied. */
  readonly applied: readonly string[];
  readonly total: number;
}

/**
 * Applies what is pending under the migration lock, and reads the history again afterwards: it succeeds only when
 * nothing is pending.
 */
export async function migrate(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<MigrateResult> {
  const { settings, reporter } = context;
  const lock = lockOptions(context);
  // Locks of a runner whose node dies must not outlive it, from the first one on.
  if (!session.pooled) await resetSession(session, settings.limits);
  return withMigrationLock(session, lock, async () => {
    const before = await compare(session, journal, context);
    const appliedAt = await readApplicationTimes(session, settings.migrations, before);
    assertComparison(before, reporter, settings.history, appliedAt);
    if (isEmpty(before)) await assertNoHistoryElsewhere(session, settings.migrations, journal, reporter);
    await assertNoUnknownProgress(session, journal, before, context);
    const units = await plan(before.pending, session, context);
    assertRunnable(units, session);
    let applied: readonly string[] = [];
    if (units.length === 0) {
      reporter.info(
        'nothing_pending',
        `nothing is pending: ${plural(journal.migrations.length, 'migration')} applied`,
      );
    }
    if (units.length > 0 || lacksNames(before, journal)) {
      await withLockedTransaction(session, lock, () =>
        ensureHistory(session, settings.migrations, journal, reporter),
      );
    }
    if (units.length > 0) {
      const base = { ...context, session, journal, lock, historyWasEmpty: isEmpty(before) };
      applied = await withUnitContext(base, before.pending, units, (unitContext) =>
        applyUnits(units, unitContext),
      );
    }
    await assertNothingPending(session, journal, context);
    return { applied, total: journal.migrations.length };
  });
}

/**
 * Whether rows lack the name that drizzle-orm 1.0 needs: all of an old table under a folder of the new layout, and
 * those that drizzle-orm 0.x wrote into a new table.
 */
function lacksNames({ applied, edited }: Comparison, { layout }: Journal): boolean {
  const names = [...applied, ...edited].map(({ row }) => row.name);
  return names.includes(null) && (layout === '1.x' || names.some((name) => name !== null));
}

function isEmpty({ applied, edited, missingFile, duplicate }: Comparison): boolean {
  return [applied, edited, missingFile, duplicate].every(({ length }) => length === 0);
}

async function withUnitContext<T>(
  context: Omit<UnitContext, 'observer' | 'record'>,
  pending: readonly Migration[],
  units: readonly Unit[],
  use: (context: UnitContext) => Promise<T>,
): Promise<T> {
  const { session, journal, lock } = context;
  const observer = new SessionObserver(context);
  const purpose = {
    ...({ command: 'migrate', journal, planned: pending } as const),
    ...{ plan: migratePlan(pending), planHash: migratePlanHash(units) },
  };
  try {
    return await withRunRecord(session, lock, context, purpose, async (record) => {
      const store = await openScriptStore(session, lock, context, journal, pending, record.runId);
      return use({ ...context, observer, record: storingScripts(session, record, store) });
    });
  } finally {
    await observer.close();
  }
}

/** Applies the units, and plans anew whenever another runner was quicker, as can happen behind a pooler. */
async function applyUnits(planned: readonly Unit[], context: UnitContext): Promise<string[]> {
  const { session, journal } = context;
  const applied: string[] = [];
  const units = [...planned];
  for (let unit = units.shift(); unit; unit = units.shift()) {
    const later = units.flatMap(({ migrations }) => migrations);
    const { outcome, rest } = await applyUnit(unit, later, context);
    if (outcome === 'stale') {
      const { pending } = await compare(session, journal, context);
      units.splice(0, units.length, ...(await plan(pending, session, context)));
      continue;
    }
    units.unshift(...rest);
    applied.push(...outcome);
  }
  return applied;
}

async function plan(
  pending: readonly Migration[],
  session: Session,
  { settings, reporter }: DatabaseContext,
): Promise<Unit[]> {
  if (pending.length === 0) return [];
  const { migrations, transactionMode } = settings;
  const interrupted = await readInterrupted(session, migrations);
  const units = await planUnits(pending, transactionMode, interrupted ?? new Set(), session);
  if (!interrupted) {
    const refusal = progressUnreadable(migrations);
    if (units.some(({ mode }) => mode !== 'transactional')) throw refusal;
    const { message, remedy } = refusal;
    reporter.warn('progress_unreadable', `${message}; what is pending runs in transactions without it`, {
      remedy,
    });
  }
  return units;
}

async function compare(
  session: Session,
  journal: Journal,
  { settings }: DatabaseContext,
): Promise<Comparison> {
  return compareHistory(journal.migrations, (await readHistory(session, settings.migrations)) ?? []);
}

async function assertNothingPending(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<void> {
  const { pending } = await compare(session, journal, context);
  if (pending.length === 0) return;
  throw new GateError('INTERNAL', `still pending after the run: ${plural(pending.length, 'migration')}`, {
    detail: pending.map(({ tag }) => tag).join('\n'),
    remedy: 'look for another program that changes the history table, and run again',
  });
}
