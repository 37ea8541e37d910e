import { compareHistory, type Journal } from '../../../core/journal';
import { executeStatement } from '../database/execute-statement';
import { historyTable, readHistory } from '../database/history';
import { type LockOptions, withLockedTransaction, withMigrationLock } from '../database/lock';
import { clearProgress } from '../database/progress';
import type { Session } from '../database/session';
import { resetSession, restoreSettings } from '../database/session-settings';
import { GateError } from '../errors/gate-error';
import { LockBudget } from '../observe/lock-budget';
import { SessionObserver } from '../observe/session-observer';
import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';
import { assertConfirmed } from './confirm';
import { makePlan, previewPlan, type RollbackPlan } from './plan';
import { reportPlan } from './report-plan';
import { warnStoppedMidway } from './warn-stopped-midway';

/**
 * Undoes every migration after the target, with their history rows, in one transaction: all of it or nothing.
 * The plan is made anew under the lock, so that what was confirmed is what runs.
 *
 * @returns the number of migrations undone; 0 when the target is the last applied already.
 */
export async function rollback(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<number> {
  const { settings, reporter, signal } = context;
  const lock = { settings: settings.migrations, wait: settings.limits.lockWait, signal, reporter };
  return withMigrationLock(session, lock, async () => {
    const plan = await previewPlan(session, journal, context);
    warnStoppedMidway(plan.stoppedMidway, reporter);
    if (plan.members.length === 0) {
      reporter.info('nothing_to_roll_back', 'nothing to roll back: the target is the last applied');
      return 0;
    }
    reportPlan(plan, context);
    assertConfirmed(plan, settings.rollback.confirm);
    await runScripts(session, journal, plan, lock, context);
    await assertUndone(session, journal, plan, context);
    return plan.members.length;
  });
}

async function runScripts(
  session: Session,
  journal: Journal,
  plan: RollbackPlan,
  lock: LockOptions,
  context: DatabaseContext,
): Promise<void> {
  const { settings, reporter } = context;
  const observer = new SessionObserver(context);
  const undo = async () => {
    for (const { member, file, sql, statements } of plan.scripts) {
      const { tag } = member;
      await resetSession(session, settings.limits);
      const origin = { file, script: sql, migration: tag };
      for (const statement of statements) {
        await executeStatement(session, statement, origin);
        await restoreSettings(session, settings.limits, statement.text);
      }
      await resetSession(session, settings.limits);
      await clearProgress(session, settings.migrations, { tag });
      reporter.info('rollback_script_done', `undid ${tag}; not yet committed`, { migration: tag });
    }
  };
  try {
    await withLockedTransaction(session, lock, async (pid) => {
      await resetSession(session, settings.limits);
      // Behind a pooler only the transaction's lock holds: what was planned before it is compared once more.
      assertConfirmed(await makePlan(session, journal, context), plan.token);
      await new LockBudget(observer, pid, settings.limits.lockTimeout).spend(undo);
      await session.query(
        `delete from ${historyTable(settings.migrations)} where id = any (string_to_array($1, ',')::int[])`,
        [plan.historyIds.join(',')],
      );
    });
  } finally {
    await observer.close();
  }
  reporter.info('rollback_done', `committed: ${plural(plan.members.length, 'migration')} rolled back`, {
    migrations: plan.members.map(({ tag }) => tag),
  });
}

async function assertUndone(
  session: Session,
  journal: Journal,
  plan: RollbackPlan,
  { settings }: DatabaseContext,
): Promise<void> {
  const rows = (await readHistory(session, settings.migrations)) ?? [];
  const pending = new Set(compareHistory(journal.migrations, rows).pending);
  const left = plan.members.filter(({ migration }) => migration && !pending.has(migration));
  if (left.length === 0) return;
  throw new GateError('INTERNAL', `still recorded after the rollback: ${plural(left.length, 'migration')}`, {
    detail: left.map(({ tag }) => tag).join('\n'),
    remedy: 'look for another program that changes the history table',
  });
}
