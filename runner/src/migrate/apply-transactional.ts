import { asOurselves } from '../database/as-ourselves';
import { addHistoryRow } from '../database/history';
import { withLockedTransaction } from '../database/lock';
import { resetSession } from '../database/session-settings';
import { COMMIT_AND_RESET } from '../database/transaction';
import { toGateError } from '../errors/to-gate-error';
import { LockBudget } from '../observe/lock-budget';
import type { RecordedMigration } from '../runs/run-record';
import { asMigration } from './as-migration';
import { commitOfUnit } from './commit-refused';
import { fireDeferredTriggers } from './deferred-triggers';
import { runStatements } from './run-statements';
import { isStillPending } from './still-pending';
import type { Unit } from './unit';
import type { UnitContext, UnitOutcome } from './unit-context';

/**
 * Applies all migrations of a unit with their history rows, or none of them. What the last one has set holds until the
 * transaction has committed, because its deferred triggers fire only then.
 */
export async function applyTransactional(unit: Unit, context: UnitContext): Promise<UnitOutcome> {
  const { session, lock, observer, settings } = context;
  let commits = false;
  const apply = async (pid: number): Promise<UnitOutcome> => {
    await resetSession(session, settings.limits);
    // Behind a pooler the session's lock does not hold; then this is what makes "exactly once" true.
    if (!(await isStillPending(unit, context))) return 'stale';
    const budget = new LockBudget(observer, pid, settings.limits.lockTimeout);
    await budget.spend(() => applyMigrations(unit, context));
    // The server's connection goes back to the pool, and a temporary table on it would hide a table of others.
    if (session.pooled) await session.execute('discard temp');
    commits = true;
    return 'applied';
  };
  const end = session.pooled ? COMMIT_AND_RESET : undefined;
  const outcome = await withLockedTransaction(session, lock, apply, end).catch((error: unknown) => {
    throw commits ? commitOfUnit(toGateError(error), unit.migrations) : error;
  });
  if (!session.pooled) await resetSession(session, settings.limits);
  return outcome;
}

async function applyMigrations(unit: Unit, context: UnitContext): Promise<void> {
  const { session, settings, record } = context;
  const applied: RecordedMigration[] = [];
  for (const planned of unit.migrations) {
    const { migration } = planned;
    const { tag, hash } = migration;
    const started = Date.now();
    const rows = await asMigration('apply', planned, context, () => runStatements(planned, context));
    const statements = planned.statements.length;
    applied.push({ migration: tag, hash, duration_ms: Date.now() - started, rows, statements });
    const addRow = () => addHistoryRow(session, settings.migrations, migration);
    if (applied.length < unit.migrations.length) {
      await fireDeferredTriggers(session, planned);
      await resetSession(session, settings.limits);
      await addRow();
    } else {
      await asOurselves(session, async () => {
        await addRow();
        await record.add(applied);
      });
    }
  }
}
