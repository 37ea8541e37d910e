import type { FillTable, ForeignKey } from './read-tables';

/** Tables that refer to each other in a circle, or one table alone, in the order to fill them. */
export interface TableGroup {
  readonly tables: readonly FillTable[];
  /** Foreign keys to a later table of the group, which are checked at the end. */
  readonly postponed: readonly ForeignKey[];
  /** Foreign keys to a later table of the group, which are NULL until it is filled. */
  readonly linkedLater: readonly { readonly table: FillTable; readonly key: ForeignKey }[];
}

/** Orders tables so that each comes after those that it refers to; where they form a circle, says how to break it. */
export function orderTables(tables: readonly FillTable[]): TableGroup[] {
  return circlesOf(tables).map((circle) => {
    const left = [...circle];
    const ordered: FillTable[] = [];
    const postponed: ForeignKey[] = [];
    const linkedLater: { table: FillTable; key: ForeignKey }[] = [];
    while (left.length > 0) {
      const cost = (table: FillTable) =>
        forward(table, left).reduce((sum, key) => sum + costOf(table, key), 0);
      const next = left.reduce((first, second) => (cost(second) < cost(first) ? second : first));
      for (const key of forward(next, left)) {
        if (isBreakable(next, key)) linkedLater.push({ table: next, key });
        else if (key.deferrable) postponed.push(key);
      }
      ordered.push(next);
      left.splice(left.indexOf(next), 1);
    }
    return { tables: ordered, postponed, linkedLater };
  });
}

function forward(table: FillTable, left: readonly FillTable[]): ForeignKey[] {
  return table.foreignKeys.filter(
    ({ target }) => target !== table.oid && left.some(({ oid }) => oid === target),
  );
}

function costOf(table: FillTable, key: ForeignKey): number {
  if (isBreakable(table, key)) return 1;
  return key.deferrable ? 100 : 10_000;
}

/** A row need not refer to anything: one column may be NULL, or with MATCH FULL all of them. */
function isBreakable(table: FillTable, { columns, full }: ForeignKey): boolean {
  const open = columns.filter((name) => !table.columns.find((column) => column.name === name)?.notNull);
  return full ? open.length === columns.length : open.length > 0;
}

/** Strongly connected components in the order of their references (Tarjan). */
function circlesOf(tables: readonly FillTable[]): FillTable[][] {
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  const targets = (table: FillTable) =>
    table.foreignKeys.flatMap(({ target }) => byOid.get(target) ?? []).filter((other) => other !== table);
  const index = new Map<FillTable, number>();
  const low = new Map<FillTable, number>();
  const stack: FillTable[] = [];
  const circles: FillTable[][] = [];
  const visit = (table: FillTable) => {
    index.set(table, index.size);
    low.set(table, index.size - 1);
    stack.push(table);
    for (const target of targets(table)) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) {
        low.set(table, Math.min(low.get(table) ?? 0, low.get(target) ?? 0));
      }
    }
    if (low.get(table) === index.get(table)) circles.push(stack.splice(stack.indexOf(table)));
  };
  for (const table of tables) if (!index.has(table)) visit(table);
  return circles;
}
