import type { Fact, FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { doBlock } from './do-block';
import { isColumn, isTable, literal, qualified, shown, type TableFact } from './fact-names';
import { madeTable } from './made-tables';
import { type Step, step } from './step';

/** A foreign key of a table that keeps its rows, to one that comes back without any. */
export interface KeyToEmptied {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** The table that it refers to, as people read it. */
  readonly emptied: string;
  /** Before PostgreSQL 18 the key of a partitioned table can't be NOT VALID. */
  readonly canBeUnvalidated: boolean;
  /** What makes the key, in the words of pg-delta. */
  readonly planned: string;
}

/**
 * The foreign keys of a plan that rows which are there can fail to satisfy, because the plan makes the table that they
 * refer to, and makes it empty.
 */
export function keysToEmptied(actions: readonly Action[], from: FactBase, to: FactBase): KeyToEmptied[] {
  const made = new Set(actions.flatMap((action) => madeTable(action, to) ?? []));
  return to.facts().flatMap((fact): KeyToEmptied[] => {
    const { id, payload } = fact;
    if (id.kind !== 'constraint' || payload.type !== 'f' || payload.validated === false) return [];
    const { schema, table, name } = id;
    const referring = to.get({ kind: 'table', schema, name: table });
    if (!isTable(referring) || made.has(referring) || !hadColumns(fact, from, to)) return [];
    const emptied = referredTo(fact, to);
    if (!emptied || !made.has(emptied)) return [];
    return [
      {
        ...{ schema, table, name, emptied: shown(emptied.id.schema, emptied.id.name) },
        canBeUnvalidated: referring.payload.partitionKey == null,
        planned: `ALTER TABLE ${qualified(schema, table)} ADD CONSTRAINT ${quoteIdentifier(name)} ${payload.def}`,
      },
    ];
  });
}

/** A column that comes back as well has nothing in it that could refer to anything. */
function hadColumns({ id }: Fact, from: FactBase, to: FactBase): boolean {
  return columnsOf({ id }, to)
    .filter((column) => 'table' in id && column.schema === id.schema && column.table === id.table)
    .every((column) => from.has(column));
}

function referredTo({ id }: Fact, to: FactBase): TableFact | undefined {
  const column = columnsOf({ id }, to).find(
    (other) => 'table' in id && (other.schema !== id.schema || other.table !== id.table),
  );
  const table = column && to.get({ kind: 'table', schema: column.schema, name: column.table });
  return isTable(table) ? table : undefined;
}

function columnsOf({ id }: Pick<Fact, 'id'>, facts: FactBase) {
  return facts
    .outgoingEdges(id)
    .map(({ to }) => facts.get(to))
    .filter(isColumn)
    .map((column) => column.id);
}

/** Makes the key where the rows satisfy it; where they don't, it holds for new rows, and the rollback goes on. */
export function addKeyToEmptied(key: KeyToEmptied): Step {
  const { schema, table, name, emptied, canBeUnvalidated, planned } = key;
  const [relation, rows] = [qualified(schema, table), `rows of ${shown(schema, table)}`];
  if (!canBeUnvalidated)
    return step(
      planned,
      `${emptied} comes back without its rows: ${rows} that refer to them stop the rollback here.`,
    );
  const validate = `ALTER TABLE ${relation} VALIDATE CONSTRAINT ${quoteIdentifier(name)};`;
  const warning = `${quoteIdentifier(name)} is NOT VALID: ${rows} refer to rows of ${emptied} that are gone`;
  return step(
    doBlock('key', [
      'BEGIN',
      `  ${planned};`,
      'EXCEPTION WHEN foreign_key_violation THEN',
      `  ${planned} NOT VALID;`,
      `  RAISE WARNING '%', ${literal(warning)};`,
      'END',
    ]),
    `${emptied} comes back without its rows: where ${rows} refer to them, the key holds for new`,
    `rows only. Once they are back: ${validate}`,
  );
}
