import { compareHistory, type Journal } from '../../../core/journal';
import { historyTable, readHistory } from '../database/history';
import { lockOptions, withLockedTransaction } from '../database/lock';
import { clearProgress } from '../database/progress';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';
import { tokenPlanHash } from '../runs/plan-hash';
import { type RecordedChange, recordChange } from '../runs/record-change';
import { assertConfirmed, type Confirmation } from './confirm';
import { makeRepairPlan, type RepairOptions, type RepairPlan, reportRepairPlan, sizeOf } from './repair-plan';

/**
 * Makes the history agree with the files again, in one transaction and only with the token of the plan. It changes
 * rows of the history and of the progress table, and nothing else.
 *
 * @returns the number of changes.
 */
export async function repair(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  { confirmation, ...options }: RepairOptions & { readonly confirmation: Confirmation },
): Promise<number> {
  const { reporter } = context;
  const preview = await withTransaction(session, () => plan(session, journal, context, options));
  reportRepairPlan(preview, context);
  if (sizeOf(preview) === 0) {
    reporter.info('nothing_to_repair', 'nothing to repair in the history');
    return 0;
  }
  assertConfirmed(preview.token, confirmation);
  const lock = lockOptions(context);
  const changes = await withLockedTransaction(session, lock, async () => {
    const now = await plan(session, journal, context, options);
    // Another runner has done the very same.
    if (sizeOf(now) === 0) return 0;
    assertConfirmed(now.token, confirmation);
    await change(session, now, context);
    await assertRepaired(session, journal, now, context);
    const planHash = tokenPlanHash('repair', now.token);
    const purpose = { ...({ command: 'repair', journal, isConfirmed: true } as const), planHash };
    await recordChange(session, context, purpose, changesOf(now));
    return sizeOf(now);
  });
  reporter.info('repair_done', `committed: ${plural(changes, 'change')} of the history`, { changes });
  return changes;
}

function changesOf({ restamps, removals, progress, forgotten }: RepairPlan): RecordedChange[] {
  return [
    ...restamps.map(
      ({ migration: { tag, hash } }) => ({ migration: tag, hash, outcome: 'restamped' }) as const,
    ),
    ...removals.map(({ row: { id, name, hash } }) => {
      return { migration: name ?? `history id ${id}`, hash, outcome: 'removed' } as const;
    }),
    ...[...progress.map(({ migration }) => migration), ...forgotten.map(({ tag }) => tag)].map(
      (migration) => ({ migration, hash: null, outcome: 'forgotten' }) as const,
    ),
  ];
}

async function plan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  options: RepairOptions,
): Promise<RepairPlan> {
  await resetSession(session, context.settings.limits);
  return makeRepairPlan(session, journal, context, options);
}

async function change(
  session: Session,
  { restamps, removals, progress, forgotten }: RepairPlan,
  context: DatabaseContext,
) {
  const { migrations: settings } = context.settings;
  const table = historyTable(settings);
  for (const { migration, row } of restamps) {
    await session.query(`update ${table} set hash = $1, created_at = $2 where id = $3`, [
      migration.hash,
      migration.when,
      row.id,
    ]);
    // Only the format of drizzle-orm 1.0 has names.
    if (row.name !== null) {
      await session.query(`update ${table} set name = $1 where id = $2`, [migration.name, row.id]);
    }
  }
  for (const { row } of removals) await session.query(`delete from ${table} where id = $1`, [row.id]);
  for (const { migration } of progress) await clearProgress(session, settings, { tag: migration });
  for (const { tag } of forgotten) await clearProgress(session, settings, { tag });
}

/** Compared before the commit: what did not become right is rolled back. */
async function assertRepaired(
  session: Session,
  journal: Journal,
  { restamps, removals }: RepairPlan,
  { settings }: DatabaseContext,
): Promise<void> {
  const rows = (await readHistory(session, settings.migrations)) ?? [];
  const { applied } = compareHistory(journal.migrations, rows);
  const wrong = restamps.filter(
    ({ migration, row }) =>
      !applied.some((entry) => entry.migration === migration && entry.row.id === row.id),
  );
  const left = removals.filter(({ row }) => rows.some(({ id }) => id === row.id));
  if (wrong.length + left.length === 0) return;
  throw new GateError(
    'INTERNAL',
    'the repaired history does not agree with the files, so it was rolled back',
    {
      detail: [...wrong, ...left].map(({ row }) => `history id ${row.id}`).join('\n'),
      remedy: 'look for triggers or rules on the history table, and report this with the log',
    },
  );
}
