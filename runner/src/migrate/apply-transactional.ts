import { becomeOurselves, putBack } from '../database/as-ourselves';
import { historyRowOf } from '../database/history';
import { withLockedTransaction } from '../database/lock';
import { sendingAhead } from '../database/sending-ahead';
import { resetOf } from '../database/session-settings';
import { together } from '../database/together';
import { COMMIT_AND_RESET } from '../database/transaction';
import { toGateError } from '../errors/to-gate-error';
import { LockBudget } from '../observe/lock-budget';
import type { RecordedMigration } from '../runs/run-record';
import { asMigration } from './as-migration';
import { commitOfUnit } from './commit-refused';
import { fireDeferredTriggers } from './deferred-triggers';
import { runStatements } from './run-statements';
import { type HistoryLook, seenHistoryOf } from './seen-history';
import { isStillPending } from './still-pending';
import type { Unit } from './unit';
import type { UnitContext, UnitOutcome } from './unit-context';
import { unitTexts } from './unit-texts';

/**
 * Applies all migrations of a unit with their history rows, or none of them. What the last one has set holds until the
 * transaction has committed, because its deferred triggers fire only then.
 */
export async function applyTransactional(unit: Unit, context: UnitContext): Promise<UnitOutcome> {
  const { session, lock, observer, settings, prepared, closing } = context;
  const seen = seenHistoryOf(context);
  const { limits } = settings;
  let commits = false;
  // What the last migration has set, for its deferred triggers.
  let back = '';
  const look = async () => (await together([prepared, seen.look(session)]))[1];
  const behind = () => {
    if (commits) closing?.();
  };
  const apply = async (pid: number, looked: HistoryLook) => {
    // Behind a pooler the session's lock does not hold; then this is what makes "exactly once" true.
    if (!isStillPending(unit, await seen.pendingBy(looked, session))) return 'stale';
    const budget = new LockBudget(observer, pid, limits.lockTimeout);
    const isNamed = looked.columns?.has('name') === true;
    const ahead = sendingAhead(session, unitTexts(unit, session, settings, isNamed));
    back = await budget.spend(() => applyMigrations(unit, isNamed, { ...context, session: ahead }));
    // The server's connection goes back to the pool, and a temporary table on it would hide a table of others.
    if (session.pooled) await session.execute('discard temp');
    commits = true;
    return 'applied';
  };
  const commitAndReset = session.pooled ? COMMIT_AND_RESET : `commit; ${resetOf(session, limits)}`;
  const end = () => (back === '' ? commitAndReset : `${back}; ${commitAndReset}`);
  return withLockedTransaction<UnitOutcome, HistoryLook>(session, lock, apply, {
    ...{ end, behind, look },
  }).catch((error: unknown) => {
    throw commits ? commitOfUnit(toGateError(error), unit.migrations) : error;
  });
}

/**
 * @param isNamed whether the history has the format of drizzle-orm 1.0.
 * @returns what puts the role and path of the last migration back; until then they are ours.
 */
async function applyMigrations(unit: Unit, isNamed: boolean, context: UnitContext): Promise<string> {
  const { session, settings, record } = context;
  const applied: RecordedMigration[] = [];
  for (const planned of unit.migrations) {
    const { migration } = planned;
    const { tag, hash } = migration;
    const started = Date.now();
    const rows = await asMigration('apply', planned, context, () => runStatements(planned, context));
    const statements = planned.statements.length;
    applied.push({ migration: tag, hash, duration_ms: Date.now() - started, rows, statements });
    const row = historyRowOf(settings.migrations, migration, isNamed);
    if (applied.length < unit.migrations.length) {
      await fireDeferredTriggers(session, planned);
      await session.execute(`${resetOf(session, settings.limits)}; ${row}`);
    } else {
      const notes = () => together([session.execute(row), record.add(applied)]);
      const [before] = await becomeOurselves(session, notes);
      return putBack(before);
    }
  }
  return '';
}
