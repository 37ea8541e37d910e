import type { FactBase } from '@supabase/pg-delta/core';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { columnUses } from './column-uses';
import { type ColumnFact, qualified, shown, shownColumn } from './fact-names';
import { NEXT_NUMBER, standInFor } from './stand-in';
import { type Step, step } from './step';

/** A value that a script writes into rows of which nobody knows what stood there. */
export interface Filled {
  readonly column: ColumnFact;
  readonly expression: string;
  /** The statement that writes it. */
  readonly statement: string;
  /** Only rows without a value; otherwise every row of the table. */
  readonly onlyNulls: boolean;
}

export interface FilledSteps {
  readonly steps: readonly Step[];
  readonly filled: Filled | undefined;
}

/** Why no value can be made up for a column; the words follow its name. */
function obstacle(
  { foreignKeys, isUnique }: ReturnType<typeof columnUses>,
  type: string,
  distinct: boolean,
): string | undefined {
  if (foreignKeys.length > 0) {
    return `refers to other rows (${foreignKeys.map(quoteIdentifier).join(', ')}), and nothing tells to which`;
  }
  if (isUnique && !distinct) return `must differ in every row, which no made-up ${type} can`;
  return undefined;
}

/**
 * Adds a NOT NULL column without a default to a table that can have rows by now. Rows get a stand-in of its type, each
 * another one where they must differ; where there is none, the script works on an empty table, and a person says what
 * the rows get.
 *
 * @param rejected why the stand-in does not satisfy a CHECK constraint, where that was found out.
 */
export function addRequiredColumn(
  column: ColumnFact,
  facts: FactBase,
  addColumn: string,
  rejected?: string,
): FilledSteps {
  const { schema, table, name } = column.id;
  const type = String(column.payload.type);
  const uses = columnUses(facts, column.id);
  const found = standInFor(type, facts);
  const expression = uses.isUnique ? found?.distinct : found?.same;
  const alter = `ALTER TABLE ${qualified(schema, table)} ALTER COLUMN ${quoteIdentifier(name)}`;
  const why =
    rejected ??
    obstacle(uses, type, expression !== undefined) ??
    (expression === undefined ? `has the type ${type}, for which no stand-in is known` : undefined);
  if (why !== undefined || expression === undefined) {
    return {
      steps: [
        step(addColumn.replace(/ NOT NULL$/, '')),
        step(
          `${alter} SET NOT NULL`,
          `MANUAL: ${shownColumn(column.id)} ${why}. Give the rows of ${shown(schema, table)} their value here, for example:`,
          `UPDATE ${qualified(schema, table)} SET ${quoteIdentifier(name)} = …;`,
        ),
      ],
      filled: undefined,
    };
  }
  const statement = `${addColumn} DEFAULT ${expression}`;
  return {
    steps: [
      step(statement, `The values are gone: rows get a stand-in value, ${inWords(expression)}.`),
      step(`${alter} DROP DEFAULT`),
    ],
    filled: { column, expression, statement, onlyNulls: false },
  };
}

/** Makes a column NOT NULL again, after the rows that were written without a value have got a stand-in. */
export function requireColumn(column: ColumnFact, facts: FactBase, setNotNull: string): FilledSteps {
  const { schema, table, name } = column.id;
  const type = String(column.payload.type);
  const uses = columnUses(facts, column.id);
  const found = standInFor(type, facts);
  const expression = uses.isUnique ? found?.distinct : found?.same;
  // An identity or generated column has no NULLs to fill, and takes no values.
  if (column.payload.identity != null || column.payload.generatedExpr != null) {
    return { steps: [step(setNotNull)], filled: undefined };
  }
  const why = obstacle(uses, type, expression !== undefined);
  if (why !== undefined || expression === undefined) {
    const reason = why ?? `has the type ${type}, for which no stand-in is known`;
    const note = `Rows with NULL stop the rollback here: ${shownColumn(column.id)} ${reason}.`;
    return { steps: [step(setNotNull, note)], filled: undefined };
  }
  const quoted = quoteIdentifier(name);
  const statement = `UPDATE ${qualified(schema, table)} SET ${quoted} = ${expression} WHERE ${quoted} IS NULL`;
  return {
    steps: [
      step(statement, `Rows that were written without a value get a stand-in value, ${inWords(expression)}.`),
      ...(isDeferred(facts, column.id) ? [step('SET CONSTRAINTS ALL IMMEDIATE')] : []),
      step(setNotNull),
    ],
    filled: { column, expression, statement, onlyNulls: true },
  };
}

/** What a deferred constraint still has to check keeps ALTER TABLE from running. */
function isDeferred(facts: FactBase, { schema, table }: ColumnFact['id']): boolean {
  return facts
    .childrenOf({ kind: 'table', schema, name: table })
    .some(({ payload }) => /INITIALLY DEFERRED/.test(String(payload.def ?? '')));
}

function inWords(expression: string): string {
  if (expression.includes(NEXT_NUMBER) || expression.startsWith('gen_random_uuid'))
    return 'another one for each row';
  return expression === "''" ? 'the empty text' : expression;
}
