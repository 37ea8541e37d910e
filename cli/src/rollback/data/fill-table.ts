import type postgres from 'postgres';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { quoteIdentifier, quoteName } from '../../../../runner/src/sql/quote';
import type { ChoiceMaker } from './choices';
import { type Condition, lastingConditions } from './conditions';
import type { FillTable } from './read-tables';
import type { References } from './references';
import { RowFinder, type RowValues } from './row-finder';
import { attempt, isHopeless, reasonOf } from './server';

/** Tries for one row; each prefers other values. A trigger may want more than the catalog says. */
const STYLES = ['mixed', 'values', 'mixed', 'defaults', 'nulls', 'values', 'mixed', 'values'] as const;

/** Values are numbered on from one attempt to the next. */
const STRIDE = 101;

export interface FilledTable {
  readonly added: number;
  /** Rows that the table holds now, as far as they were counted. */
  readonly rows: number;
  /** Why one row more could not be added. */
  readonly reason: string | undefined;
}

/** Adds rows to a table until it holds `count`, or until none can be added. */
export async function fillTable(
  tx: postgres.TransactionSql,
  table: FillTable,
  choices: ChoiceMaker,
  references: References,
  count: number,
): Promise<FilledTable> {
  const only = table.partitioned ? '' : 'only ';
  const counted = await attempt(tx, `select 1 from ${only}${quoteName(table)} limit ${count}`);
  if (isServerError(counted)) return { added: 0, rows: 0, reason: reasonOf(counted) };
  const there = counted.length;
  if (there >= count) return { added: 0, rows: there, reason: undefined };
  const lasting = await lastingConditions(table);
  const finder = new RowFinder(tx, table, choices, references);
  references.forget(table);
  for (let n = there; n < count; n++) {
    const reason = await addRow(tx, table, finder, lasting, n + 1);
    if (reason !== undefined) return { added: n - there, rows: n, reason };
  }
  return { added: count - there, rows: count, reason: undefined };
}

async function addRow(
  tx: postgres.TransactionSql,
  table: FillTable,
  finder: RowFinder,
  lasting: readonly Condition[],
  n: number,
): Promise<string | undefined> {
  let reason: string | undefined;
  for (const [round, style] of STYLES.entries()) {
    const turn = round < STYLES.length / 2 ? n : undefined;
    const values = await finder.find(lasting, { n: n + round * STRIDE, round, style }, turn);
    if (typeof values === 'string') {
      // The server's own words about a row say more than that no other one was found.
      reason ??= values;
      continue;
    }
    const inserted = await attempt(tx, insertOf(table, values));
    if (!isServerError(inserted)) return undefined;
    reason = reasonOf(inserted);
    if (isHopeless(inserted)) break;
  }
  return reason;
}

function insertOf(table: FillTable, values: RowValues): string {
  if (values.size === 0) return `insert into ${quoteName(table)} default values`;
  const columns = [...values.keys()].map(quoteIdentifier).join(', ');
  const always = table.columns.some(({ name, identity }) => identity === 'a' && values.has(name));
  const overriding = always ? ' overriding system value' : '';
  return `insert into ${quoteName(table)} (${columns})${overriding} values (${[...values.values()].join(', ')})`;
}
