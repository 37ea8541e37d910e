import type postgres from 'postgres';
import { quoteIdentifier, quoteLiteral, quoteName } from '../../../../runner/src/sql/quote';
import type { FillTable, ForeignKey } from './read-tables';
import type { References } from './references';
import { attempt } from './server';

/** Rows that get a reference; others stay without one. */
const MOST_LINKED = 2;

/** Of this transaction, or a part of it: rows that were there before are left as they are. */
const IS_NEW = 'pg_catalog.age(xmin) <= 0';

/** Lets rows that had to be filled before the table that they refer to refer to it: those that may. */
export async function linkRows(
  tx: postgres.TransactionSql,
  table: FillTable,
  key: ForeignKey,
  references: References,
): Promise<void> {
  references.forget(table);
  await references.load(table);
  const isOpen = (name: string) => !table.columns.find((column) => column.name === name)?.notNull;
  for (const row of references.rowsOf(key).slice(0, MOST_LINKED)) {
    const pairs = key.columns.map((name, index) => ({
      name,
      column: quoteIdentifier(name),
      value: `${quoteLiteral(row[index] ?? '')}::${table.columns.find((column) => column.name === name)?.type}`,
    }));
    const open = pairs.filter(({ name }) => isOpen(name));
    const fixed = pairs.filter(({ name }) => !isOpen(name));
    const where = [
      IS_NEW,
      ...open.map(({ column }) => `${column} is null`),
      ...fixed.map(({ column, value }) => `${column} = ${value}`),
    ].join(' and ');
    await attempt(
      tx,
      `update ${quoteName(table)} set ${open.map(({ column, value }) => `${column} = ${value}`).join(', ')}
       where (tableoid, ctid) in (select tableoid, ctid from ${quoteName(table)} where ${where} limit 1)`,
    );
  }
}
