import type { Fact, FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import type postgres from 'postgres';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { defaultOf } from './column-needs';
import { type ColumnFact, isColumn, isTable, qualified, type TableFact } from './fact-names';
import { madeTable } from './made-tables';

const QUERY = `
  select n.nspname as schema, c.relname as name, array_agg(a.attname order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_inherits i on i.inhrelid = c.oid
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relispartition and c.relkind in ('r', 'p') group by 1, 2, i.inhparent
  having array_agg(a.attname order by a.attnum) is distinct from (
    select array_agg(b.attname order by b.attnum) from pg_attribute b
    where b.attrelid = i.inhparent and b.attnum > 0 and not b.attisdropped)`;

/** The same state, in which partitions with their columns in another order than their parent's say in which. */
export async function withPartitionOrder(facts: FactBase, sql: postgres.Sql): Promise<FactBase> {
  const rows = await sql.unsafe<{ schema: string; name: string; columns: string[] }[]>(QUERY);
  if (rows.length === 0) return facts;
  const { buildFactBase } = await import('@supabase/pg-delta/core');
  const orders = new Map(rows.map(({ schema, name, columns }) => [qualified(schema, name), columns]));
  const ordered = facts.facts().map((fact): Fact => {
    const columns = isTable(fact) && orders.get(relation(fact));
    return columns ? { ...fact, payload: { ...fact.payload, _columns: columns } } : fact;
  });
  return buildFactBase(ordered, [...facts.edges], facts.source);
}

/**
 * Makes a partition whose columns stand otherwise than its parent's by itself, then attaches it; PARTITION OF would give
 * it the order of the parent.
 */
export function attachPartitions(actions: readonly Action[], to: FactBase): Action[] {
  const made = new Set(actions.flatMap((action) => madeTable(action, to) ?? []).map(relation));
  return actions.flatMap((action) => {
    const table = madeTable(action, to);
    const parent = table && parentOf(table, to);
    const elements = table && elementsOf(table, to, made);
    if (!parent || !elements) return [action];
    const { persistence, partitionKey, partitionBound } = table.payload;
    const kind = persistence === 'u' ? 'UNLOGGED TABLE' : 'TABLE';
    const by = partitionKey == null ? '' : ` PARTITION BY ${partitionKey}`;
    const attach = `ALTER TABLE ${relation(parent)} ATTACH PARTITION ${relation(table)} ${partitionBound}`;
    return [
      { ...action, sql: `CREATE ${kind} ${relation(table)} (${elements.join(', ')})${by}` },
      { ...action, sql: attach, verb: 'alter', produces: [], consumes: [table.id, parent.id] },
    ];
  });
}

/** What a partition must have before it is attached; undefined where PARTITION OF gives it all that. */
function elementsOf(table: TableFact, to: FactBase, made: ReadonlySet<string>): string[] | undefined {
  const order = table.payload._columns;
  if (!Array.isArray(order)) return undefined;
  const top = topOf(table, to);
  const children = to.childrenOf(top.id);
  const columns = order.map((name) => children.filter(isColumn).find(({ id }) => id.name === name));
  if (columns.some((column) => column === undefined)) return undefined;
  // What the tree gets later, each of its partitions gets, too.
  const isThere = !made.has(relation(top));
  const checks = isThere ? children.flatMap(inheritedCheck) : [];
  return [...columns.flatMap((column) => (column ? clause(column, to, isThere) : [])), ...checks];
}

function clause({ id, payload }: ColumnFact, to: FactBase, withDefault: boolean): string {
  const { type, collation, generatedExpr, notNull } = payload;
  const [value] = withDefault ? defaultOf(id, to) : [];
  return [
    `${quoteIdentifier(id.name)} ${type}`,
    ...(collation == null ? [] : [`COLLATE ${collation}`]),
    ...(generatedExpr == null ? [] : [`GENERATED ALWAYS AS (${generatedExpr}) STORED`]),
    ...(notNull === true ? ['NOT NULL'] : []),
    ...(value ? [`DEFAULT ${to.get(value)?.payload.expr}`] : []),
  ].join(' ');
}

function inheritedCheck({ id, payload }: Fact): string[] {
  if (id.kind !== 'constraint' || payload.type !== 'c') return [];
  const def = String(payload.def).replace(/ NOT VALID$/, '');
  return / NO INHERIT$/.test(def) ? [] : [`CONSTRAINT ${quoteIdentifier(id.name)} ${def}`];
}

function parentOf({ payload }: TableFact, to: FactBase): TableFact | undefined {
  const id = payload.parentTable as { schema: string; name: string } | null | undefined;
  const parent = id == null ? undefined : to.get({ kind: 'table', ...id });
  return isTable(parent) ? parent : undefined;
}

function topOf(table: TableFact, to: FactBase): TableFact {
  const parent = table.payload.partitionBound == null ? undefined : parentOf(table, to);
  return parent ? topOf(parent, to) : table;
}

function relation({ id }: TableFact): string {
  return qualified(id.schema, id.name);
}
