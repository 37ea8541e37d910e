import { asOurselves } from '../../database/as-ourselves';
import type { ClassifiedStatement } from '../../sql/script-statements';
import { keepLosses } from '../keep/keep-losses';
import { lockLosing } from '../keep/lock-losing';
import { trimKept } from '../keep/trim-kept';
import { assertOnlyPlanned, seeTables } from '../keep/watch-losses';
import { findLosses } from '../losses/find-losses';
import type { LosingTable, Loss } from '../losses/loss';
import { makePlan, type RollbackPlan } from '../plan';
import type { UndoContext } from './undo-context';
import type { PlannedUndo, UndoUnit } from './undo-units';

/**
 * Makes the plan anew inside the open transaction, with every table locked that the unit takes data from, so that what
 * is counted is what is lost.
 */
export async function planUnderLocks(
  unit: UndoUnit,
  before: RollbackPlan,
  context: UndoContext,
): Promise<RollbackPlan> {
  const { session, journal } = context;
  let plan = before;
  return underLocks(session, lossesOf(unit, before.losses), async () => {
    plan = await makePlan(session, journal, context);
    return lossesOf(unit, plan.losses);
  }).then(() => plan);
}

/** Runs the scripts of the unit with what they destroy kept before, and watched for what the plan did not see. */
export function withUnitLossesKept<T>(
  unit: UndoUnit,
  plan: RollbackPlan,
  context: UndoContext,
  use: () => Promise<T>,
): Promise<T> {
  return withLossesKept({ ...plan, losses: lossesOf(unit, plan.losses) }, context, use);
}

/**
 * The same for one statement of a script that commits more than once, inside the transaction of this statement: what it
 * destroys is found as the script has set its session, and locked, kept and watched as ourselves.
 */
export async function withStatementLossesKept(
  { script }: PlannedUndo,
  statement: ClassifiedStatement,
  plan: RollbackPlan,
  context: UndoContext,
  use: () => Promise<void>,
): Promise<void> {
  const { session, settings } = context;
  const find = () => findLosses(session, [{ ...script, statements: [statement] }], settings.rollback);
  const losses = await underLocks(session, await find(), find);
  context.assertStillConfirmedOf(losses);
  await withLossesKept({ ...plan, losses }, context, use);
}

async function withLossesKept<T>(
  plan: RollbackPlan,
  context: UndoContext,
  use: () => Promise<T>,
): Promise<T> {
  const { session, record } = context;
  const { kept, seen } = await asOurselves(session, async () => {
    const copies = await keepLosses(session, plan, { ...context, recordedRunId: record.runId });
    if (copies) await record.keep({ schema: copies.schema, tables: copies.tables.length });
    return { kept: copies, seen: await seeTables(session) };
  });
  const result = await use();
  await asOurselves(session, async () => {
    await assertOnlyPlanned(session, seen, plan.losses);
    if (kept) await trimKept(session, kept);
  });
  return result;
}

/** Locks what loses data and looks again, until what is found is locked: in between, a table can be made anew. */
async function underLocks(
  session: UndoContext['session'],
  expected: readonly Loss[],
  find: () => Promise<readonly Loss[]>,
): Promise<readonly Loss[]> {
  for (let locked = expected; ; ) {
    await asOurselves(session, () => lockLosing(session, locked));
    const found = await find();
    if (areAmong(found, locked)) return found;
    locked = [...locked, ...found];
  }
}

/** What the scripts of a unit destroy. */
function lossesOf({ migrations }: UndoUnit, losses: readonly Loss[]): Loss[] {
  const tags = new Set(migrations.map(({ migration }) => migration.tag));
  return losses.filter(({ migration }) => tags.has(migration));
}

function areAmong(losses: readonly Loss[], others: readonly Loss[]): boolean {
  const known = new Set(tablesOf(others).map(({ oid }) => oid));
  return tablesOf(losses).every(({ oid }) => known.has(oid));
}

function tablesOf(losses: readonly Loss[]): LosingTable[] {
  return losses.flatMap(({ table }) => (table ? [table] : []));
}
