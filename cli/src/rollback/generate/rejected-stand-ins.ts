import type { FactBase } from '@supabase/pg-delta/core';
import type postgres from 'postgres';
import { isServerError } from '../../../../runner/src/errors/server-error';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { columnUses } from './column-uses';
import { type ColumnFact, qualified } from './fact-names';
import type { Filled } from './fill-column';
import { NEXT_NUMBER } from './stand-in';

/**
 * Says why a stand-in does not do for its column: the type or a CHECK constraint does not take it. Undefined when
 * both do.
 *
 * @param sql a transaction in which the script has just come to the column, so that all its types are there.
 * @param together all columns that get a stand-in: a constraint can look at several.
 */
export async function rejection(
  sql: postgres.TransactionSql,
  facts: FactBase,
  { column, expression }: Filled,
  together: readonly Filled[],
): Promise<string | undefined> {
  const refused = await ask(sql, `select ${castTo(column, expression)}`);
  if (refused.error !== undefined) {
    return `has the type ${column.payload.type}, which does not take a stand-in (${refused.error})`;
  }
  const values = together
    .filter((other) => tableOf(other.column) === tableOf(column))
    .map((other) => `${castTo(other.column, other.expression)} as ${quoteIdentifier(other.column.id.name)}`);
  for (const check of columnUses(facts, column.id).checks) {
    const must = `must satisfy the constraint ${quoteIdentifier(check.name)}`;
    const answer = await ask(
      sql,
      `select coalesce((${check.expression}), true) as ok from (select ${values.join(', ')}) as filled`,
    );
    if (answer.error !== undefined) return `${must}, which looks at more than the columns that come back`;
    if (!answer.ok) return must;
  }
  return undefined;
}

function castTo({ payload }: ColumnFact, expression: string): string {
  return `cast(${expression.replaceAll(NEXT_NUMBER, '1::bigint')} as ${payload.type})`;
}

function tableOf({ id }: ColumnFact): string {
  return qualified(id.schema, id.table);
}

async function ask(
  sql: postgres.TransactionSql,
  query: string,
): Promise<{ readonly ok: boolean; readonly error?: string }> {
  try {
    const [row] = await sql.savepoint((point) => point.unsafe<{ ok?: boolean }[]>(query));
    return { ok: row?.ok !== false };
  } catch (error) {
    if (!isServerError(error)) throw error;
    return { ok: false, error: error.message };
  }
}
