import type { FactBase } from '@supabase/pg-delta/core';
import type postgres from 'postgres';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { castBetween, rounds } from './cast';
import { type ColumnFact, isColumn, qualified, shownColumn } from './fact-names';

/** A column that gets its old type back. */
export interface TypeChange {
  readonly column: ColumnFact;
  readonly from: string;
  readonly to: string;
  /** The statement as planned: with an explicit cast, which would cut off what is too long. */
  readonly planned: string;
  readonly statement: string;
  readonly notes: readonly string[];
  readonly rounds: boolean;
}

/**
 * Finds the columns whose type changes on the way back. PostgreSQL converts by itself where it can, because that refuses
 * what does not fit.
 *
 * @param sql a database with the types of `from`.
 */
export async function typeChanges(sql: postgres.Sql, from: FactBase, to: FactBase): Promise<TypeChange[]> {
  const changes: TypeChange[] = [];
  for (const column of to.facts().filter(isColumn)) {
    const old = from.get(column.id);
    const [now, then] = [String(old?.payload.type), String(column.payload.type)];
    if (!old || now === then) continue;
    const { schema, table, name } = column.id;
    const quoted = quoteIdentifier(name);
    const target = `ALTER TABLE ${qualified(schema, table)} ALTER COLUMN ${quoted} TYPE ${then}`;
    const cast = await castBetween(sql, now, then);
    const using =
      cast === 'assignment'
        ? ''
        : cast === 'explicit'
          ? ` USING ${quoted}::${then}`
          : ` USING ${quoted}::text::${then}`;
    const isRounded = rounds(now, then);
    const loss = isRounded ? [`DESTRUCTIVE: values of ${shownColumn(column.id)} are cut to ${then}.`] : [];
    const doubt =
      cast === 'text'
        ? [
            `MANUAL: PostgreSQL knows no way from ${now} to ${then}; say how ${shownColumn(column.id)} is converted (USING).`,
          ]
        : [];
    const planned = `${target} USING ${quoted}::${then}`;
    changes.push({
      ...{ column, from: now, to: then, planned, statement: `${target}${using}` },
      ...{ notes: [...loss, ...doubt], rounds: isRounded },
    });
  }
  return changes;
}
