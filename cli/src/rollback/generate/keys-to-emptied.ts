import type { Fact, FactBase } from '@supabase/pg-delta/core';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { doBlock } from './do-block';
import { isColumn, literal, qualified, shown } from './fact-names';
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

/** The foreign keys that come back, and that rows which are there by then can't satisfy, because what they refer to is gone. */
export function keysToEmptied(from: FactBase, to: FactBase): KeyToEmptied[] {
  return to.facts().flatMap((fact): KeyToEmptied[] => {
    const { id, payload } = fact;
    if (id.kind !== 'constraint' || payload.type !== 'f' || payload.validated === false) return [];
    const { schema, table, name } = id;
    const referring = from.get({ kind: 'table', schema, name: table });
    if (!referring || !hadColumns(fact, from, to)) return [];
    const emptied = referredTo(fact, to);
    if (!emptied || from.has({ kind: 'table', schema: emptied.schema, name: emptied.table })) return [];
    return [
      {
        ...{ schema, table, name, emptied: shown(emptied.schema, emptied.table) },
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

function referredTo({ id }: Fact, to: FactBase) {
  return columnsOf({ id }, to).find(
    (column) => 'table' in id && (column.schema !== id.schema || column.table !== id.table),
  );
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
