import { executeStatement } from '../database/execute-statement';
import { addHistoryRow } from '../database/history';
import { withLockedTransaction } from '../database/lock';
import type { RecordedMigration } from '../database/run-record';
import { resetSession, restoreSettings } from '../database/session-settings';
import { LockBudget } from '../observe/lock-budget';
import { assertIndexesValid } from './invalid-index';
import { originOf } from './script-origin';
import { isStillPending } from './still-pending';
import type { PlannedMigration, Unit } from './unit';
import type { UnitContext, UnitOutcome } from './unit-context';

/** Applies all migrations of a unit with their history rows, or none of them. */
export async function applyTransactional(unit: Unit, context: UnitContext): Promise<UnitOutcome> {
  const { session, lock, observer, record, settings } = context;
  return withLockedTransaction(session, lock, async (pid) => {
    await resetSession(session, settings.limits);
    // Behind a pooler the session's lock does not hold; then this is what makes "exactly once" true.
    if (!(await isStillPending(unit, context))) return 'stale';
    const budget = new LockBudget(observer, pid, settings.limits.lockTimeout);
    const applied = await budget.spend(() => applyMigrations(unit, context));
    await record.add(applied);
    // The server's connection goes back to the pool, and a temporary table on it would hide a table of others.
    if (session.pooled) await session.execute('discard temp');
    return 'applied';
  });
}

async function applyMigrations(unit: Unit, context: UnitContext): Promise<RecordedMigration[]> {
  const { session, settings } = context;
  const applied: RecordedMigration[] = [];
  for (const planned of unit.migrations) {
    const { migration } = planned;
    const started = Date.now();
    await applyStatements(planned, context);
    await resetSession(session, settings.limits);
    await addHistoryRow(session, settings.migrations, migration);
    applied.push({ migration: migration.tag, hash: migration.hash, duration_ms: Date.now() - started });
  }
  return applied;
}

async function applyStatements(planned: PlannedMigration, { session, settings }: UnitContext): Promise<void> {
  const origin = originOf(planned);
  for (const statement of planned.statements) {
    await executeStatement(session, statement, origin);
    await restoreSettings(session, settings.limits, statement.text);
  }
  await assertIndexesValid(session, planned);
}
