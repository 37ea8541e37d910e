import type { FactBase } from '@supabase/pg-delta/core';
import type postgres from 'postgres';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { columnUses } from './column-uses';
import { type ColumnFact, shownColumn } from './fact-names';
import type { Filled } from './fill-column';
import { NEXT_NUMBER } from './placeholder';

/**
 * Looks which placeholders the CHECK constraints of their columns and domains do not take, and says why, by column.
 *
 * @param sql a database in the state to which the script goes back.
 */
export async function rejectedPlaceholders(
  sql: postgres.Sql,
  facts: FactBase,
  filled: readonly Filled[],
): Promise<Map<string, string>> {
  const rejected = new Map<string, string>();
  for (const { column, onlyNulls } of filled) {
    if (onlyNulls) continue;
    const together = filled.filter((other) => isOfOneTable(other.column, column));
    const why = await refusal(sql, facts, column, together);
    if (why) rejected.set(shownColumn(column.id), why);
  }
  return rejected;
}

function isOfOneTable({ id: a }: ColumnFact, { id: b }: ColumnFact): boolean {
  return a.schema === b.schema && a.table === b.table;
}

async function refusal(
  sql: postgres.Sql,
  facts: FactBase,
  column: ColumnFact,
  together: readonly Filled[],
): Promise<string | undefined> {
  const values = together.map(({ column: { id, payload }, expression }) => {
    const value = expression.replaceAll(NEXT_NUMBER, '1::bigint');
    return `cast(${value} as ${payload.type}) as ${quoteIdentifier(id.name)}`;
  });
  const { name } = column.id;
  const own = values.find((value) => value.endsWith(` as ${quoteIdentifier(name)}`)) ?? '';
  try {
    await sql.unsafe(`select ${own}`);
  } catch (error) {
    if (!isServerError(error)) throw error;
    return `has the type ${column.payload.type}, which does not take a placeholder (${error.message})`;
  }
  for (const check of columnUses(facts, column.id).checks) {
    const must = `must satisfy the constraint ${quoteIdentifier(check.name)}`;
    try {
      const [row] = await sql.unsafe<{ ok: boolean }[]>(
        `select coalesce((${check.expression}), true) as ok from (select ${values.join(', ')}) as filled`,
      );
      if (row?.ok === false) return must;
    } catch (error) {
      if (!isServerError(error)) throw error;
      return `${must}, which looks at other columns, too`;
    }
  }
  return undefined;
}
