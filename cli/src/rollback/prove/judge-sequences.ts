import { renderTable, type TableName } from '../data/schemas';
import type { RowsSnapshot } from '../data/snapshot-rows';
import type { SequencePosition } from './sequence-positions';

/** Where the sequences stood before the migration, before its rollback, and after. */
export interface SequenceMoments {
  readonly before: readonly SequencePosition[];
  readonly filled: readonly SequencePosition[];
  readonly undone: readonly SequencePosition[];
}

const isSame = (a: TableName, b: TableName) => a.schema === b.schema && a.name === b.name;

/**
 * Finds the sequences that a rollback left behind where they had been, so that they give numbers again: the next INSERT
 * then meets a row that has its key. One that a script makes anew begins at the beginning, whatever the table holds.
 */
export function judgeSequences({ before, filled, undone }: SequenceMoments, rows: RowsSnapshot): string[] {
  return undone.flatMap((now) => {
    const floor = floorOf(now, before, filled);
    if (floor === undefined || !isBehind(now.next, floor, now.increment)) return [];
    const { column } = now;
    if (!column) return [`sequence ${renderTable(now)} was at ${floor}, is at ${now.next}`];
    const last = lastNumber(now, rows);
    if (last === undefined || isBehind(last, now.next, now.increment)) return [];
    return [
      `sequence ${renderTable(now)} gives ${now.next} next, but ${renderTable(column.table)} has rows up to ${JSON.stringify(column.name)} = ${last}`,
    ];
  });
}

/** The least that it must give next; undefined where nobody can tell. */
function floorOf(
  now: SequencePosition,
  before: readonly SequencePosition[],
  filled: readonly SequencePosition[],
): bigint | undefined {
  const [older, later] = [before, filled].map((positions) => positions.find((other) => isSame(other, now)));
  if (!older) return undefined;
  // The migration itself may have moved it, and the script back.
  if (later?.oid === now.oid)
    return isBehind(later.next, older.next, now.increment) ? later.next : older.next;
  // Where a sequence that belongs to no column stood is lost with it.
  return now.column && older.next;
}

const isBehind = (value: bigint, other: bigint, increment: bigint) =>
  increment > 0n ? value < other : value > other;

/** The number of the column's rows that is furthest on. */
function lastNumber({ column, increment }: SequencePosition, { tables }: RowsSnapshot): bigint | undefined {
  const table = tables.find((other) => column && isSame(other, column.table));
  const index = table?.columns.findIndex(({ name }) => name === column?.name) ?? -1;
  const numbers = (table?.rows ?? []).flatMap((row) => {
    const value = row[index];
    return value != null && /^-?\d+$/.test(value) ? [BigInt(value)] : [];
  });
  return numbers.reduce<bigint | undefined>(
    (last, number) => (last === undefined || isBehind(last, number, increment) ? number : last),
    undefined,
  );
}
