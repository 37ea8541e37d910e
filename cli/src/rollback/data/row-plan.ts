import type { Condition } from './conditions';
import { columnsOf } from './mine-constraints';
import type { FillColumn, FillTable } from './read-tables';

/** Columns whose values depend on each other, with the conditions that bind them. */
export interface Component {
  readonly columns: readonly FillColumn[];
  /** Columns that are computed from these. */
  readonly generated: readonly FillColumn[];
  readonly conditions: readonly Condition[];
}

/** How the values of a row are found: each column is left to the server, free, or part of one component. */
export interface RowPlan {
  readonly free: readonly FillColumn[];
  readonly components: readonly Component[];
}

/** Columns of `explicit` get a value even where the server would number the row. */
export async function planRow(
  table: FillTable,
  conditions: readonly Condition[],
  explicit: ReadonlySet<string>,
): Promise<RowPlan> {
  const binding = await withGenerated(
    table,
    conditions.filter((condition) => condition.columns.length > 0),
  );
  const written = table.columns.filter(({ generated }) => !generated);
  const numbered = written.filter(
    (column) =>
      isNumbered(column) &&
      !explicit.has(column.name) &&
      binding.every(({ columns, isPlainKey }) => isPlainKey || !columns.includes(column.name)),
  );
  const open = written.filter((column) => !numbered.includes(column));
  const groups = groupColumns(open, binding);
  const components = groups.map((group) => {
    const own = binding.filter(({ columns }) => columns.some((name) => group.includes(name)));
    return {
      columns: open.filter(({ name }) => group.includes(name)),
      generated: table.columns.filter(
        ({ name, generated }) => generated && own.some(({ columns }) => columns.includes(name)),
      ),
      conditions: own,
    };
  });
  const bound = new Set(groups.flat());
  return { free: open.filter(({ name }) => !bound.has(name)), components };
}

/** The server numbers the rows: an identity, or a default that takes the next value of a sequence. */
function isNumbered({ identity, expression }: FillColumn): boolean {
  return identity !== '' || /\bnextval\(/.test(expression ?? '');
}

/** A condition on a computed column binds the columns that it is computed from. */
async function withGenerated(table: FillTable, conditions: readonly Condition[]): Promise<Condition[]> {
  const sources = new Map<string, string[]>();
  for (const { name, generated, expression } of table.columns) {
    if (!generated) continue;
    const named = (await columnsOf(expression ?? '')) ?? [];
    sources.set(
      name,
      table.columns.map((column) => column.name).filter((column) => named.includes(column)),
    );
  }
  return conditions.map((condition) => ({
    ...condition,
    columns: [...new Set(condition.columns.flatMap((name) => [name, ...(sources.get(name) ?? [])]))],
  }));
}

function groupColumns(open: readonly FillColumn[], conditions: readonly Condition[]): string[][] {
  let groups: string[][] = [];
  for (const { columns } of conditions) {
    const names = columns.filter((name) => open.some((column) => column.name === name));
    if (names.length === 0) continue;
    const touched = groups.filter((group) => group.some((name) => names.includes(name)));
    groups = groups.filter((group) => !touched.includes(group));
    groups.push([...new Set([...touched.flat(), ...names])]);
  }
  return groups;
}
