import { isDeepStrictEqual } from 'node:util';
import { type Catalog, type CatalogObject, type Fact, labelOf } from './catalog-object';
import { OF_HISTORY } from './queries/history';

interface OfObject {
  readonly kind: string;
  readonly name: string;
}

/** An object that should be there and is not, or the other way round, with everything that is part of it. */
export interface Presence extends OfObject {
  readonly difference: 'missing' | 'unexpected';
  /** How many objects go with it: columns, indexes, constraints. */
  readonly parts: number;
}

export interface Change extends OfObject {
  readonly difference: 'changed';
  readonly attribute: string;
  /** Absent where the attribute is not set. */
  readonly expected?: Fact;
  readonly actual?: Fact;
}

/**
 * The same columns in another order. PostgreSQL puts a new column last and nowhere else, so that a dropped column which
 * comes back can't have its place, unless the table is made anew.
 */
export interface OrderChange extends OfObject {
  readonly difference: 'order';
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

export type Difference = Presence | Change | OrderChange;

/** Everything in which `actual` is not what was expected; an empty list is the proof that nothing is. */
export function compareCatalogs(expected: Catalog, actual: Catalog): Difference[] {
  const [before, after] = [byLabel(expected), byLabel(actual)];
  const differences: Difference[] = [
    ...presences(before, after, 'missing'),
    ...presences(after, before, 'unexpected').filter(({ kind }) => !kind.endsWith(OF_HISTORY)),
  ];
  for (const [label, object] of before) {
    const same = after.get(label);
    if (same) differences.push(...changes(object, same), ...orderChange(object, same));
  }
  return differences;
}

/** Two objects can't have one label; should they ever, the second gets a label of its own and is not lost. */
function byLabel(catalog: Catalog): Map<string, CatalogObject> {
  const objects = new Map<string, CatalogObject>();
  for (const object of catalog) {
    let label = labelOf(object);
    while (objects.has(label)) label += ' (again)';
    objects.set(label, object);
  }
  return objects;
}

/** What only the first has. A part is not told when the whole is. */
function presences(
  first: ReadonlyMap<string, CatalogObject>,
  second: ReadonlyMap<string, CatalogObject>,
  difference: Presence['difference'],
): Presence[] {
  const only = new Map([...first].filter(([label]) => !second.has(label)));
  const wholeOf = (label: string): string => {
    const { partOf } = only.get(label) ?? {};
    return partOf !== undefined && only.has(partOf) ? wholeOf(partOf) : label;
  };
  const parts = new Map<string, number>();
  for (const label of only.keys()) {
    const whole = wholeOf(label);
    parts.set(whole, (parts.get(whole) ?? -1) + 1);
  }
  return [...parts].map(([label, count]) => {
    const { kind, name } = only.get(label) ?? { kind: '', name: label };
    return { difference, kind, name, parts: count };
  });
}

function changes({ kind, name, facts: expected }: CatalogObject, { facts: actual }: CatalogObject): Change[] {
  const attributes = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return attributes
    .filter((attribute) => !isDeepStrictEqual(expected[attribute], actual[attribute]))
    .map((attribute) => ({
      ...{ difference: 'changed' as const, kind, name, attribute },
      ...(expected[attribute] !== undefined && { expected: expected[attribute] }),
      ...(actual[attribute] !== undefined && { actual: actual[attribute] }),
    }));
}

/** Compares the order of the columns that both have: of one that is missing it is told already. */
function orderChange(object: CatalogObject, same: CatalogObject): OrderChange[] {
  const [expected, actual] = [commonColumns(object, same), commonColumns(same, object)];
  if (isDeepStrictEqual(expected, actual)) return [];
  return [{ difference: 'order', kind: object.kind, name: object.name, expected, actual }];
}

function commonColumns({ columns = [] }: CatalogObject, other: CatalogObject): string[] {
  const there = new Set(other.columns);
  return columns.filter((column) => there.has(column));
}
