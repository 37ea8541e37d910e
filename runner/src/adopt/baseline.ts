import { compareHistory, type Journal } from '../../../core/journal';
import { addHistoryRow, ensureHistory, readHistory } from '../database/history';
import { type LockOptions, lockOptions, withLockedTransaction } from '../database/lock';
import { clearProgress } from '../database/progress';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import { plural } from '../report/plural';
import { openScriptStore } from '../rollback/script-store';
import type { DatabaseContext } from '../run-context';
import { tokenPlanHash } from '../runs/plan-hash';
import { recordChange } from '../runs/record-change';
import { assertEvidence, type BaselinePlan, makeBaselinePlan, reportBaselinePlan } from './baseline-plan';
import { assertConfirmed, type Confirmation } from './confirm';

export interface BaselineOptions {
  /** The last migration that the database has: its tag, or its number. */
  readonly to: string;
  readonly confirmation: Confirmation;
}

/**
 * Marks every migration up to the target as applied, without running it, where the catalog shows its objects. Only
 * the history is written and their rollback scripts, in one transaction and only with the token of the plan.
 *
 * @returns the number of rows written.
 */
export async function baseline(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  { to, confirmation }: BaselineOptions,
): Promise<number> {
  const { reporter } = context;
  const preview = await withTransaction(session, () => plan(session, journal, context, to));
  if (preview.members.length === 0) {
    reporter.info(
      'nothing_to_baseline',
      `nothing to mark: everything up to ${preview.target.tag} is recorded as applied`,
    );
    return 0;
  }
  reportBaselinePlan(preview, context);
  assertEvidence(preview);
  assertConfirmed(preview.token, confirmation);
  const lock = lockOptions(context);
  const written = await record(session, journal, context, lock, preview, confirmation);
  await assertRecorded(session, journal, preview, context);
  if (written === 0) {
    reporter.info('nothing_to_baseline', 'another runner marked them in the meantime');
    return 0;
  }
  reporter.info('baseline_done', `committed: ${plural(written, 'migration')} marked as applied`, {
    migrations: preview.members.map(({ migration }) => migration.tag),
  });
  return written;
}

async function plan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  to: string,
): Promise<BaselinePlan> {
  await resetSession(session, context.settings.limits);
  return makeBaselinePlan(session, journal, context, to);
}

async function record(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  lock: LockOptions,
  preview: BaselinePlan,
  confirmation: Confirmation,
): Promise<number> {
  const { migrations: settings } = context.settings;
  const members = preview.members.map(({ migration }) => migration);
  const store = await openScriptStore(session, lock, context, journal, members);
  return withLockedTransaction(session, lock, async () => {
    // What was confirmed is what is written: under the lock, nobody else changes the history any more.
    const now = await plan(session, journal, context, preview.target.tag);
    if (now.members.length === 0) return 0;
    assertConfirmed(now.token, confirmation);
    assertEvidence(now);
    await ensureHistory(session, settings, journal, context.reporter);
    for (const { migration } of now.members) {
      await addHistoryRow(session, settings, migration);
      await clearProgress(session, settings, migration);
    }
    await store.add(now.members.map(({ migration }) => migration.tag));
    await recordChange(
      session,
      context,
      {
        ...({ command: 'baseline', journal, isConfirmed: true } as const),
        planHash: tokenPlanHash('baseline', now.token),
      },
      now.members.map(({ migration: { tag, hash } }) => ({ migration: tag, hash, outcome: 'marked' })),
    );
    return now.members.length;
  });
}

async function assertRecorded(
  session: Session,
  journal: Journal,
  { members }: BaselinePlan,
  { settings }: DatabaseContext,
): Promise<void> {
  const { pending } = compareHistory(
    journal.migrations,
    (await readHistory(session, settings.migrations)) ?? [],
  );
  const left = members.filter(({ migration }) => pending.includes(migration));
  if (left.length === 0) return;
  throw new GateError('INTERNAL', `still pending after the baseline: ${plural(left.length, 'migration')}`, {
    detail: left.map(({ migration }) => migration.tag).join('\n'),
    remedy: 'look for another program that changes the history table, and run again',
  });
}
