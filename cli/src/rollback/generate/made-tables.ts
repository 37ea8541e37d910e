import type { FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { type ColumnFact, isColumn, isTable, qualified, type TableFact } from './fact-names';

/** The table that a statement of a plan makes. */
export function madeTable({ verb, produces: [made] }: Action, to: FactBase): TableFact | undefined {
  const fact = verb === 'create' && made ? to.get(made) : undefined;
  return isTable(fact) ? fact : undefined;
}

/** The column that a statement of a plan adds to a table that is there. */
export function addedColumn({ verb, produces: [made] }: Action, to: FactBase): ColumnFact | undefined {
  const fact = verb === 'create' && made ? to.get(made) : undefined;
  return isColumn(fact) ? fact : undefined;
}

/** A table as statements write it. */
export function tableOf({ id }: ColumnFact): string {
  return qualified(id.schema, id.table);
}

/** The columns of a table, in their order; none where that is not known. */
export function columnsInOrder({ id }: TableFact, to: FactBase): ColumnFact[] {
  const columns = to.childrenOf(id).filter(isColumn);
  if (columns.some(({ payload }) => typeof payload._position !== 'number')) return [];
  return columns.sort((a, b) => position(a) - position(b));
}

/** The columns that come back to a table which is there, and those that a table made anew has to wait for. */
export interface LateColumns {
  /** Whether the plan makes the table of this column anew. */
  isInMadeTable(column: ColumnFact): boolean;
  /** Added when others that stood behind them are in the table already. */
  readonly behind: readonly ColumnFact[];
}

export function lateColumns(actions: readonly Action[], to: FactBase): LateColumns {
  const made = new Set<string>();
  const waiting = new Set(actions.flatMap((action) => addedColumn(action, to) ?? []));
  const behind: ColumnFact[] = [];
  for (const action of actions) {
    const table = madeTable(action, to);
    if (table) made.add(qualified(table.id.schema, table.id.name));
    const column = addedColumn(action, to);
    if (!column || !made.has(tableOf(column))) continue;
    waiting.delete(column);
    const siblings = to.childrenOf(column.parent ?? column.id).filter(isColumn);
    if (siblings.some((other) => position(other) > position(column) && !waiting.has(other)))
      behind.push(column);
  }
  return { isInMadeTable: (column) => made.has(tableOf(column)), behind };
}

function position({ payload }: ColumnFact): number {
  return Number(payload._position);
}
