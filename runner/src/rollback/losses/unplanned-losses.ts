import { holdsData, isCounted, isMaterialized, keyOfLoss, type Loss, renderLoss } from './loss';

/** More than so many times the planned rows are another loss than the one that was confirmed. */
const GROWTH = 2;

/**
 * What is lost now and was not in the plan, was empty then, or has more than twice the rows. Only rows and values count:
 * a part of a script may drop a view that another part, which is not looked at, puts back.
 */
export function unplannedLosses(planned: readonly Loss[], now: readonly Loss[]): string[] {
  const left = [...planned];
  const losing = now.filter((loss) => isCounted(loss) && holdsData(loss) && !isMaterialized(loss));
  return losing.flatMap((loss) => {
    // What stood inside another loss when it was planned was confirmed with that one.
    const same = left.findIndex((each) => keyOfLoss(each) === keyOfLoss(loss));
    const index = same < 0 ? left.findIndex((each) => isRenamed(each, loss)) : same;
    const [before] = index < 0 ? [] : left.splice(index, 1);
    if (!before) return [`${renderLoss(loss)}, which was not in the plan`];
    if (before.within !== undefined || !grewBeyond(before.rows, loss.rows)) return [];
    return [`${renderLoss(loss)}, where the plan had ${before.rows}`];
  });
}

/** Whether it is a table of the plan, or rows of it, under the name that what was committed before has given it. */
function isRenamed(before: Loss, { kind, table, column }: Loss): boolean {
  return (
    before.kind === kind &&
    kind !== 'values' &&
    before.table !== undefined &&
    before.table.oid === table?.oid &&
    (kind === 'table' || before.column === column)
  );
}

/** Whether a count is another loss than the planned one; where nothing could be counted, nothing is claimed. */
export function grewBeyond(then: number | undefined, now: number | undefined): boolean {
  if (then === undefined || now === undefined) return false;
  return then === 0 ? now > 0 : now > then * GROWTH;
}
