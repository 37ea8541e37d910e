import type { FactBase, StableId } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { defaultOf, needsOf } from './column-needs';
import type { ColumnFact } from './fact-names';
import { tableOf } from './made-tables';

/** A column that is taken into the statement that makes its table. */
export interface Pulled {
  readonly element: string;
  readonly produces: readonly StableId[];
  /** What is still to do where it was added. */
  readonly left: readonly Action[];
}

interface Facts {
  readonly to: FactBase;
  readonly encodeId: (id: StableId) => string;
}

/**
 * Takes a column into its table when nothing that it needs is made in between. Its default may follow alone; undefined
 * for a column that itself has to wait.
 */
export function pullForward(
  added: Action,
  between: readonly Action[],
  column: ColumnFact,
  { to, encodeId }: Facts,
): Pulled | undefined {
  const alter = `ALTER TABLE ${tableOf(column)}`;
  const start = `${alter} ADD COLUMN `;
  if (!added.sql.startsWith(start)) return undefined;
  if ([...between, added].some((action) => action.newSegmentBefore)) return undefined;
  const made = new Set(between.flatMap(touched).map(encodeId));
  const isReady = (id: StableId) => !needsAndOwners(id, to).some((need) => made.has(encodeId(need)));
  if (!isReady(column.id)) return undefined;
  const element = added.sql.slice(start.length);
  const [value] = defaultOf(column.id, to);
  if (!value || isReady(value)) return { element, produces: added.produces, left: [] };
  const clause = ` DEFAULT ${to.get(value)?.payload.expr}`;
  if (!element.endsWith(clause)) return undefined;
  const setDefault = `${alter} ALTER COLUMN ${quoteIdentifier(column.id.name)} SET${clause}`;
  return {
    element: element.slice(0, -clause.length),
    produces: [column.id],
    left: [{ ...added, sql: setDefault, produces: [value] }],
  };
}

/** What a part of a table is written with. An object of an extension is there when the extension is. */
function needsAndOwners(id: StableId, to: FactBase): StableId[] {
  return needsOf(id, to).flatMap((need) => [
    need,
    ...to.outgoingEdges(need).flatMap((edge) => (edge.kind === 'memberOfExtension' ? [edge.to] : [])),
  ]);
}

/** What is another thing before an action than after it. */
function touched({ verb, produces, destroys, consumes: [subject] }: Action): StableId[] {
  return [...produces, ...destroys, ...(verb === 'alter' && subject ? [subject] : [])];
}
