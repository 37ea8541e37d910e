import { asOurselves } from '../../database/as-ourselves';
import { withLockedTransaction } from '../../database/lock';
import { resetSession } from '../../database/session-settings';
import { COMMIT_AND_RESET } from '../../database/transaction';
import type { GateError } from '../../errors/gate-error';
import { toGateError } from '../../errors/to-gate-error';
import { asMigration } from '../../migrate/as-migration';
import { fireDeferredTriggers } from '../../migrate/deferred-triggers';
import { runStatements } from '../../migrate/run-statements';
import { LockBudget } from '../../observe/lock-budget';
import type { RecordedMigration } from '../../runs/run-record';
import type { RollbackPlan } from '../plan';
import { forgetMigrations } from './forget-migrations';
import { planUnderLocks, withUnitLossesKept } from './losses-under-locks';
import type { UndoContext, UndoOutcome } from './undo-context';
import { undoFailure } from './undo-failure';
import type { UndoUnit } from './undo-units';

/**
 * Undoes all migrations of a unit with their history rows, or none of them. What is lost is locked, counted and held
 * against the confirmation in the same transaction, then kept, and only then destroyed.
 */
export async function undoTogether(
  unit: UndoUnit,
  plan: RollbackPlan,
  context: UndoContext,
): Promise<UndoOutcome> {
  const { session, lock, observer, settings, record } = context;
  let commits = false;
  const undo = async (pid: number): Promise<UndoOutcome> => {
    const budget = new LockBudget(observer, pid, settings.limits.lockTimeout);
    const undone = await budget.spend(async () => {
      const now = await planUnderLocks(unit, plan, context);
      if (now.members.length === 0) return undefined;
      context.assertStillConfirmed(now);
      return withUnitLossesKept(unit, now, context, () => runScripts(unit, context));
    });
    if (!undone) return 'stale';
    // As ourselves: what the last script has set holds until the commit, because its deferred triggers fire only then.
    await asOurselves(session, async () => {
      await forgetMigrations(membersOf(unit), context);
      await record.add(undone, unit === context.last);
    });
    // The server's connection goes back to the pool, and a temporary table on it would hide a table of others.
    if (session.pooled) await session.execute('discard temp');
    commits = true;
    return 'undone';
  };
  const end = session.pooled ? COMMIT_AND_RESET : undefined;
  const outcome = await withLockedTransaction(session, lock, undo, { end }).catch((error: unknown) => {
    const failure = toGateError(error);
    throw undoFailure(commits ? commitFailed(failure, unit) : failure, unit, {
      undone: context.undone,
      isOutcomeUnknown: commits && failure.exit === 'UNAVAILABLE',
    });
  });
  if (!session.pooled) await resetSession(session, settings.limits);
  return outcome;
}

function membersOf({ migrations }: UndoUnit) {
  return migrations.map(({ script }) => script.member);
}

/** Each script finds the session as it was at the beginning. */
async function runScripts({ migrations }: UndoUnit, context: UndoContext): Promise<RecordedMigration[]> {
  const { session, settings, reporter } = context;
  const undone: RecordedMigration[] = [];
  for (const [index, planned] of migrations.entries()) {
    const { tag, hash } = planned.script.member;
    const started = Date.now();
    const rows = await asMigration('undo', planned, context, () => runStatements(planned, context));
    const duration_ms = Date.now() - started;
    undone.push({ migration: tag, hash, duration_ms, rows, statements: planned.statements.length });
    if (index < migrations.length - 1) {
      await fireDeferredTriggers(session, planned);
      await resetSession(session, settings.limits);
    }
    reporter.info('rollback_script_done', `undid ${tag}; not yet committed`, { migration: tag, duration_ms });
  }
  return undone;
}

/** A failure of the COMMIT. Which of several scripts left to it what the server refuses, the server does not say. */
function commitFailed(failure: GateError, { migrations }: UndoUnit): GateError {
  const [first, last] = [migrations[0]?.migration, migrations.at(-1)?.migration];
  if (!first || !last) return failure;
  const isOne = first.tag === last.tag;
  const who = isOne ? first.file : `${first.tag} to ${last.tag}, which are undone together`;
  return failure.with({ message: `${who}: ${failure.message}`, ...(isOne && { migration: first.tag }) });
}
