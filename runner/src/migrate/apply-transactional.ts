import { compareHistory } from '../../../core/journal';
import { executeStatement } from '../database/execute-statement';
import { addHistoryRow, readHistory } from '../database/history';
import { withLockedTransaction } from '../database/lock';
import type { RecordedMigration } from '../database/run-record';
import { resetSession } from '../database/session-settings';
import { LockBudget } from '../observe/lock-budget';
import { assertIndexesValid } from './invalid-index';
import { originOf } from './script-origin';
import type { PlannedMigration, Unit } from './unit';
import type { UnitContext, UnitOutcome } from './unit-context';

/** Applies all migrations of a unit with their history rows, or none of them. */
export async function applyTransactional(unit: Unit, context: UnitContext): Promise<UnitOutcome> {
  const { session, lock, observer, record, settings } = context;
  return withLockedTransaction(session, lock, async (pid) => {
    await resetSession(session, settings.limits, 'local');
    if (!(await isStillPending(unit, context))) return 'stale';
    const budget = new LockBudget(observer, pid, settings.limits.lockTimeout);
    const applied = await budget.spend(() => applyMigrations(unit, context));
    await record.add(applied);
    return 'applied';
  });
}

/** Behind a transaction pooler the session's lock does not hold; then this is what makes "exactly once" true. */
async function isStillPending(unit: Unit, { session, journal, settings }: UnitContext): Promise<boolean> {
  // All files are compared, not the unit's alone: a row of one with the same content or time would pass for another's.
  const rows = (await readHistory(session, settings.migrations)) ?? [];
  const pending = new Set(compareHistory(journal.migrations, rows).pending);
  return unit.migrations.every(({ migration }) => pending.has(migration));
}

async function applyMigrations(unit: Unit, context: UnitContext): Promise<RecordedMigration[]> {
  const { session, settings } = context;
  const applied: RecordedMigration[] = [];
  for (const planned of unit.migrations) {
    const { migration } = planned;
    const started = Date.now();
    await applyStatements(planned, context);
    await resetSession(session, settings.limits, 'local');
    await addHistoryRow(session, settings.migrations, migration);
    applied.push({ migration: migration.tag, hash: migration.hash, duration_ms: Date.now() - started });
  }
  return applied;
}

async function applyStatements(planned: PlannedMigration, { session }: UnitContext): Promise<void> {
  const origin = originOf(planned);
  for (const statement of planned.statements) await executeStatement(session, statement, origin);
  await assertIndexesValid(session, planned);
}
