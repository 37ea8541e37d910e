import { keptName } from '../../kept/kept-schema';
import { quoteIdentifier, quoteName } from '../../sql/quote';
import type { Source, SourceColumn } from './read-source';

/**
 * The columns that a copy has: all of them where rows are lost, or where nothing else tells the rows apart; otherwise
 * the key and what is dropped.
 */
export function copiedColumns({ table, columns, lost, key }: Source): readonly SourceColumn[] {
  if (table.isWhole) return columns;
  const isLost = nameIn(lost);
  if (key) return columns.filter((column) => key.includes(column.name) || isLost(column));
  // A column that is dropped and computed can't be compared with anything later.
  const isDropped = nameIn(table.columns);
  return columns.filter((column) => isLost(column) || !isDropped(column));
}

function nameIn(columns: readonly { readonly name: string }[]) {
  const names = new Set(columns.map(({ name }) => name));
  return ({ name }: { readonly name: string }) => names.has(name);
}

/** What is copied: `from` and `where` of a query. An inheritance child has a copy of its own, a partition has not. */
export function copiedRows({ table, lost }: Source): string {
  const from = `from ${table.isPartitioned ? '' : 'only '}${quoteName(table)} t`;
  if (table.isWhole) return from;
  return `${from} where ${lost.map(({ name }) => `pg_catalog.num_nonnulls(t.${quoteIdentifier(name)}) = 1`).join(' or ')}`;
}

export function copySql(source: Source, schema: string, copy: string): string {
  const list = copiedColumns(source).map(select);
  return `create table ${keptName(schema, copy)} as select ${list.join(', ')} ${copiedRows(source)}`;
}

/** As text in the form that the type itself reads; a cast could be somebody's own, and lead elsewhere. */
function select({ name, isText, hasOwnCollation }: SourceColumn): string {
  const column = `t.${quoteIdentifier(name)}`;
  const value = isText
    ? `case when pg_catalog.num_nonnulls(${column}) = 1 then pg_catalog.format('%s', ${column}) end collate pg_catalog."C"`
    : `${column}${hasOwnCollation ? ' collate pg_catalog."C"' : ''}`;
  return `${value} as ${quoteIdentifier(name)}`;
}
