import { AS_OURSELVES, putBack, readSurroundings } from '../database/as-ourselves';
import { commitWithNotes, type LastWords } from '../database/commit-with-notes';
import { historyRowOf } from '../database/history';
import { withLockedTransaction } from '../database/lock';
import { sendingAhead } from '../database/sending-ahead';
import { resetOf } from '../database/session-settings';
import { together } from '../database/together';
import { COMMIT_AND_RESET, commit } from '../database/transaction';
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
  let words: LastWords | undefined;
  const look = async () => (await together([prepared, seen.look(session)]))[1];
  const apply = async (pid: number, looked: HistoryLook) => {
    // Behind a pooler the session's lock does not hold; then this is what makes "exactly once" true.
    if (!isStillPending(unit, await seen.pendingBy(looked, session))) return 'stale';
    const budget = new LockBudget(observer, pid, limits.lockTimeout);
    const isNamed = looked.columns?.has('name') === true;
    const ahead = sendingAhead(session, unitTexts(unit, session, settings, isNamed));
    words = await budget.spend(() => applyMigrations(unit, isNamed, { ...context, session: ahead }));
    return 'applied';
  };
  const reset = session.pooled ? COMMIT_AND_RESET : `commit; ${resetOf(session, limits)}`;
  const named = (failure: unknown) => commitOfUnit(toGateError(failure), unit.migrations);
  const end = () =>
    words
      ? commitWithNotes(session, { ...words, last: `${words.last}; ${reset}` }, named)
      : commit(session, reset);
  const behind = () => {
    if (words) closing?.();
  };
  const ending = { look, commit: end, behind };
  return withLockedTransaction<UnitOutcome, HistoryLook>(session, lock, apply, ending);
}

/**
 * @param isNamed whether the history has the format of drizzle-orm 1.0.
 * @returns what is left to be said of the last migration, which puts its role and path back behind what is ours.
 */
async function applyMigrations(unit: Unit, isNamed: boolean, context: UnitContext): Promise<LastWords> {
  const { session, settings, record } = context;
  const applied: RecordedMigration[] = [];
  let row = '';
  for (const planned of unit.migrations) {
    const { migration } = planned;
    const { tag, hash } = migration;
    const started = Date.now();
    const rows = await asMigration('apply', planned, context, () => runStatements(planned, context));
    const statements = planned.statements.length;
    applied.push({ migration: tag, hash, duration_ms: Date.now() - started, rows, statements });
    row = historyRowOf(settings.migrations, migration, isNamed);
    if (applied.length < unit.migrations.length) {
      await fireDeferredTriggers(session, planned);
      await session.execute(`${resetOf(session, settings.limits)}; ${row}`);
    }
  }
  const before = await readSurroundings(session);
  return {
    // The file may wait for locks as long as it wants; nobody looks while this does.
    first: `${AS_OURSELVES}; set local lock_timeout to '${settings.limits.lockTimeout}'; ${row}`,
    notes: record.notes(applied),
    // The server's connection goes back to the pool, and a temporary table on it would hide a table of others.
    last: [...(session.pooled ? ['discard temp'] : []), putBack(before)].join('; '),
  };
}
