import type { FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import type { ColumnFact } from './fact-names';
import { addedColumn, columnsInOrder, madeTable } from './made-tables';
import { type Pulled, pullForward } from './pull-forward';
import { cutDefinition, joinDefinition, type TableDefinition } from './table-definition';

/**
 * Gives the columns of a table that is made anew the order that they had. pg-delta puts those behind the others whose
 * default calls a function, and adds generated ones, and what it can't make yet, to the finished table. What really has
 * to wait is still added later.
 */
export async function columnsInPlace(actions: readonly Action[], to: FactBase): Promise<Action[]> {
  const { encodeId } = await import('@supabase/pg-delta/core');
  const changed = new Map<number, readonly Action[]>();
  actions.forEach((make, at) => {
    const table = madeTable(make, to);
    const definition = table && cutDefinition(make.sql);
    if (!definition) return;
    const order = columnsInOrder(table, to);
    const pulled = new Map<ColumnFact, Pulled>();
    actions.forEach((action, later) => {
      const column = addedColumn(action, to);
      if (later < at || !column || !order.includes(column)) return;
      const between = actions.slice(at + 1, later).filter((_, index) => !changed.has(at + 1 + index));
      const found = pullForward(action, between, column, { to, encodeId });
      if (!found) return;
      pulled.set(column, found);
      changed.set(later, found.left);
    });
    const sql = joinDefinition(inOrder(definition, order, pulled));
    const produces = [...make.produces, ...[...pulled.values()].flatMap((column) => column.produces)];
    changed.set(at, [{ ...make, sql, produces }]);
  });
  return actions.flatMap((action, index) => changed.get(index) ?? [action]);
}

/** The columns first, as CREATE TABLE of pg-delta has them, too; then the constraints. */
function inOrder(
  definition: TableDefinition,
  order: readonly ColumnFact[],
  pulled: ReadonlyMap<ColumnFact, Pulled>,
): TableDefinition {
  const rest = new Set(definition.elements);
  const columns = order.flatMap((column) => {
    const start = `${quoteIdentifier(column.id.name)} `;
    const there = definition.elements.find((element) => element.startsWith(start));
    if (there === undefined) return pulled.get(column)?.element ?? [];
    rest.delete(there);
    return there;
  });
  return { ...definition, elements: [...columns, ...rest] };
}
