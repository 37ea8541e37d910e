import { type RowChange, renderValue } from './row-change';
import type { TableRows } from './snapshot-rows';

export type Difference = Omit<RowChange, 'table'>;

type Row = readonly (string | null)[];

interface CommonColumn {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Dropped and made again between the snapshots, alone or with its table. */
  readonly remade: boolean;
}

/** What differs in one table, apart for what was kept all the time and what was dropped and made again. */
export function differenceOf(
  before: TableRows,
  after: TableRows,
  isIgnored: (column: string) => boolean,
): { kept: Difference[]; remade: Difference[] } {
  const columns = commonColumns(before, after).filter(({ name }) => !isIgnored(name));
  const kept = columns.filter(({ remade }) => !remade);
  const matchBy = matchingColumns(before, after, columns);
  const pairs = pairRows(before.rows, after.rows, matchBy ?? (kept.length > 0 ? kept : columns), columns);
  const found: { kept: Difference[]; remade: Difference[] } = { kept: [], remade: [] };
  const rows = before.oid === after.oid && kept.length > 0 ? found.kept : found.remade;
  for (const [older, newer] of pairs) {
    if (older && newer) {
      const row = describe(older, matchBy ?? columns, 'before');
      addChanged(found.kept, row, older, newer, kept);
      addChanged(
        found.remade,
        row,
        older,
        newer,
        columns.filter(({ remade }) => remade),
      );
    } else if (older) {
      rows.push({ kind: 'gone', row: describe(older, matchBy ?? columns, 'before'), columns: [] });
    } else if (newer) {
      rows.push({ kind: 'added', row: describe(newer, matchBy ?? columns, 'after'), columns: [] });
    }
  }
  return found;
}

function commonColumns(before: TableRows, after: TableRows): CommonColumn[] {
  return before.columns.flatMap(({ name, type, number }, index) => {
    const other = after.columns.findIndex((column) => column.name === name && column.type === type);
    if (other === -1) return [];
    const remade = before.oid !== after.oid || after.columns[other]?.number !== number;
    return [{ name, before: index, after: other, remade }];
  });
}

/** The primary key's columns, where they can say which row is which in both snapshots. */
function matchingColumns(
  before: TableRows,
  after: TableRows,
  columns: readonly CommonColumn[],
): CommonColumn[] | undefined {
  const key = columns.filter(({ name }) => before.key.includes(name) && after.key.includes(name));
  const isWhole = key.length > 0 && key.length === before.key.length && key.length === after.key.length;
  // A key that was made again says nothing about rows that were there all the time.
  const isSteady = key.every(({ remade }) => !remade) || columns.every(({ remade }) => remade);
  return isWhole && isSteady ? key : undefined;
}

/** Pairs rows that agree in the columns to match by; equal ones first, where several do. */
function pairRows(
  before: readonly Row[],
  after: readonly Row[],
  matchBy: readonly CommonColumn[],
  columns: readonly CommonColumn[],
): [Row | undefined, Row | undefined][] {
  const groups = new Map<string, { older: Row[]; newer: Row[] }>();
  const groupOf = (row: Row, side: 'before' | 'after') => {
    const key = fingerprint(row, matchBy, side);
    const group = groups.get(key) ?? { older: [], newer: [] };
    groups.set(key, group);
    return group;
  };
  for (const row of before) groupOf(row, 'before').older.push(row);
  for (const row of after) groupOf(row, 'after').newer.push(row);
  return [...groups.values()].flatMap(({ older, newer }) => pairGroup(older, newer, columns));
}

function pairGroup(
  older: readonly Row[],
  newer: readonly Row[],
  columns: readonly CommonColumn[],
): [Row | undefined, Row | undefined][] {
  const left = [...newer];
  const unequal = older.filter((row) => {
    const wanted = fingerprint(row, columns, 'before');
    const equal = left.findIndex((other) => fingerprint(other, columns, 'after') === wanted);
    if (equal !== -1) left.splice(equal, 1);
    return equal === -1;
  });
  const count = Math.max(unequal.length, left.length);
  return Array.from({ length: count }, (_, index) => [unequal[index], left[index]]);
}

function fingerprint(row: Row, columns: readonly CommonColumn[], side: 'before' | 'after'): string {
  return JSON.stringify(columns.map((column) => row[column[side]]));
}

function addChanged(
  differences: Difference[],
  row: string,
  older: Row,
  newer: Row,
  columns: readonly CommonColumn[],
): void {
  const changed = columns.flatMap(({ name, before, after }) => {
    const [was, is] = [older[before] ?? null, newer[after] ?? null];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
  if (changed.length > 0) differences.push({ kind: 'changed', row, columns: changed });
}

function describe(row: Row, columns: readonly CommonColumn[], side: 'before' | 'after'): string {
  return columns.map((column) => `${column.name}=${renderValue(row[column[side]] ?? null)}`).join(', ');
}
