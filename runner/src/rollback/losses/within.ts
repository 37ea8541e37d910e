import type { RelationFacts } from './describe';
import type { Loss } from './loss';
import type { SelectedLoss } from './select-losses';

/**
 * Finds with which other table of the list the rows of a loss are counted already: a partition with the partitioned table,
 * a column or a change of rows with the table that goes as a whole.
 */
export function findWithin(selected: readonly SelectedLoss[]): (loss: Loss) => number | undefined {
  const lost = new Map<number, RelationFacts>();
  const columns = new Set<string>();
  for (const { loss, facts } of selected) {
    if (!loss.table || !facts) continue;
    if (loss.kind === 'table') lost.set(loss.table.oid, facts);
    if (loss.kind === 'column') columns.add(`${loss.table.oid} ${loss.column}`);
  }
  const parentOf = new Map(
    selected.flatMap(({ loss, facts }) =>
      loss.table && facts?.partitionOf ? [[loss.table.oid, facts.partitionOf]] : [],
    ),
  );
  const topOf = (oid: number, isLost: (oid: number) => boolean): number => {
    const parent = parentOf.get(oid);
    return parent !== undefined && isLost(parent) ? topOf(parent, isLost) : oid;
  };
  return ({ kind, table, column }) => {
    if (!table) return undefined;
    const { oid } = table;
    const top = topOf(oid, (each) => lost.has(each));
    if (kind === 'table') return top === oid ? undefined : top;
    if (lost.has(top)) return top;
    if (kind !== 'column') return undefined;
    const topColumn = topOf(oid, (each) => columns.has(`${each} ${column}`));
    return topColumn === oid ? undefined : topColumn;
  };
}
