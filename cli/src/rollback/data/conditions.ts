import { quoteIdentifier, quoteLiteral, quoteName } from '../../../../runner/src/sql/quote';
import { columnsOf } from './mine-constraints';
import type { Exclusion, FillTable, ForeignKey } from './read-tables';
import { splitConjunction } from './split-conjunction';

/** Something that a row must satisfy: SQL over the table's columns by their plain names. It holds unless it is false. */
export interface Condition {
  /** As messages name it. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly sql: string;
  /** Concerns the one column alone and only forbids what other rows hold. */
  readonly isPlainKey: boolean;
}

/** The keys that rows of a referenced table have, as text. */
export type KeyRows = readonly (readonly string[])[];

/** Checks, and keys that no two rows may share: the same for every row. */
export async function lastingConditions(table: FillTable): Promise<Condition[]> {
  const conditions: Condition[] = [];
  for (const { name, sql } of table.checks) {
    for (const part of splitConjunction(sql)) {
      conditions.push(await condition(table, `check ${JSON.stringify(name)}`, `(${part})`, part));
    }
  }
  for (const exclusion of table.exclusions) conditions.push(await exclusionCondition(table, exclusion));
  return conditions;
}

/** The row lies in the partition that is this one's turn; with undefined, in any. */
export async function partitionCondition(table: FillTable, turn: number | undefined): Promise<Condition[]> {
  if (!table.partitioned || table.partitions.length === 0) return [];
  const { partitions } = table;
  const chosen = turn === undefined ? partitions : [partitions[turn % partitions.length]];
  const sql = chosen.map((partition) => `(${partition ?? 'true'})`).join(' or ');
  return [await condition(table, 'the bounds of its partitions', `(${sql})`, sql)];
}

/** The row refers to rows that are there, or to none. */
export function referenceCondition(table: FillTable, key: ForeignKey, rows: KeyRows): Condition {
  const columns = key.columns.map(quoteIdentifier);
  const types = key.columns.map((name) => table.columns.find((column) => column.name === name)?.type);
  const tuples = rows.map(
    (row) => `(${row.map((value, index) => `${quoteLiteral(value)}::${types[index]}`).join(', ')})`,
  );
  const without = columns.map((name) => `${name} is null`).join(key.full ? ' and ' : ' or ');
  const found = tuples.length > 0 ? [`(${columns.join(', ')}) in (${tuples.join(', ')})`] : [];
  const own = key.target === table.oid ? [ownRow(key)] : [];
  return {
    name: `foreign key ${JSON.stringify(key.name)}`,
    columns: key.target === table.oid ? [...new Set([...key.columns, ...key.targetColumns])] : key.columns,
    sql: `(${[`(${without})`, ...found, ...own].join(' or ')})`,
    isPlainKey: false,
  };
}

function ownRow({ columns, targetColumns }: ForeignKey): string {
  const pairs = columns.map(
    (name, index) => `${quoteIdentifier(name)} = ${quoteIdentifier(targetColumns[index] ?? '')}`,
  );
  return `(${pairs.join(' and ')})`;
}

/** Other rows under names that hide none of the columns: an unqualified name is then the new row's. */
async function exclusionCondition(table: FillTable, exclusion: Exclusion): Promise<Condition> {
  const { keys, operators, predicate } = exclusion;
  const alias = (index: number) => quoteIdentifier(`drizzle_gate key ${index}`);
  const only = table.partitioned ? '' : 'only ';
  const others = `select ${keys.map((key, index) => `(${key}) as ${alias(index)}`).join(', ')} from ${only}${quoteName(table)}${predicate ? ` where ${predicate}` : ''}`;
  const meets = keys.map((key, index) => `${alias(index)} ${operators[index] ?? '='} (${key})`).join(' and ');
  const free = `not exists (select 1 from (${others}) as ${quoteIdentifier('drizzle_gate others')} where ${meets})`;
  const sql = predicate ? `((${predicate}) is not true or ${free})` : free;
  const all = [...keys, ...(predicate ? [predicate] : [])].join(', ');
  const made = await condition(table, `key ${JSON.stringify(exclusion.name)}`, sql, all);
  return { ...made, isPlainKey: made.columns.length === 1 && !predicate && operators.length === 0 };
}

/** What the parser does not understand may concern every column. */
async function condition(table: FillTable, name: string, sql: string, mentions: string): Promise<Condition> {
  const known = table.columns.map((column) => column.name);
  const named = await columnsOf(mentions);
  return {
    name,
    sql,
    columns: named ? known.filter((column) => named.includes(column)) : known,
    isPlainKey: false,
  };
}
