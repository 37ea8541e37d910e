import type { RowChange } from './row-change';
import { type Difference, differenceOf } from './row-differences';
import type { TableName } from './schemas';
import type { RowsSnapshot } from './snapshot-rows';

export interface RowComparison {
  /** Rows of tables and columns that nothing dropped, and that differ all the same. */
  readonly changed: readonly RowChange[];
  /** Rows and values of tables and columns that were dropped and made again, and that differ. */
  readonly cameBack: readonly RowChange[];
}

export interface CompareOptions {
  /** True for what is meant to change: a table as a whole (column undefined), or one of its columns. */
  readonly isMeantToChange?: ((table: TableName, column?: string) => boolean) | undefined;
}

/**
 * Compares what two snapshots have in common: tables of the same name, and in them columns of the same name and type.
 * Rows are matched by primary key where both have the same one, else as a multiset. Values are compared as they are
 * stored: 1.0 is not 1.00, and the keys' order matters in json, not in jsonb.
 */
export function compareRows(
  before: RowsSnapshot,
  after: RowsSnapshot,
  { isMeantToChange = () => false }: CompareOptions = {},
): RowComparison {
  const changed: RowChange[] = [];
  const cameBack: RowChange[] = [];
  for (const older of before.tables) {
    const newer = after.tables.find(({ schema, name }) => schema === older.schema && name === older.name);
    const table = { schema: older.schema, name: older.name };
    if (!newer || isMeantToChange(table)) continue;
    const difference = differenceOf(older, newer, (column) => isMeantToChange(table, column));
    changed.push(...toChanges(table, difference.kept));
    cameBack.push(...toChanges(table, difference.remade));
  }
  return { changed, cameBack };
}

function toChanges(table: TableName, differences: readonly Difference[]): RowChange[] {
  return differences.map((difference) => ({ table, ...difference }));
}
