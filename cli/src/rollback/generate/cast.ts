import type postgres from 'postgres';
import { parseTypeName } from './type-name';

/** How values get from one type to another. */
export type Cast =
  /** PostgreSQL does it by itself, and refuses what does not fit. */
  | 'assignment'
  /** It must be asked for. */
  | 'explicit'
  /** There is none; only the text of the value can be read as the other type. */
  | 'text';

const STRINGS = /^(?:text|character varying|character|"char"|name|citext)$/;

/** Asks the catalog of a database that has both types; one that it does not know is reached by its text. */
export async function castBetween(sql: postgres.Sql, from: string, to: string): Promise<Cast> {
  const [old, wanted] = [parseTypeName(from), parseTypeName(to)];
  if (old.isArray === wanted.isArray) {
    if (old.base === wanted.base || STRINGS.test(wanted.base)) return 'assignment';
    const [row] = await sql<{ castcontext: string }[]>`
      select castcontext from pg_cast
       where castsource = to_regtype(${old.base}) and casttarget = to_regtype(${wanted.base})`;
    if (row) return row.castcontext === 'e' ? 'explicit' : 'assignment';
    if (STRINGS.test(old.base)) return 'explicit';
  }
  if (STRINGS.test(wanted.base) && !wanted.isArray) return 'assignment';
  return STRINGS.test(old.base) && !old.isArray ? 'explicit' : 'text';
}

const ROUNDED: Readonly<Record<string, readonly string[]>> = {
  numeric: ['smallint', 'integer', 'bigint', 'real', 'double precision'],
  'double precision': ['smallint', 'integer', 'bigint', 'real', 'numeric'],
  real: ['smallint', 'integer', 'bigint', 'numeric'],
  'timestamp without time zone': ['date', 'time without time zone'],
  'timestamp with time zone': ['date', 'time without time zone', 'timestamp without time zone'],
};

/** Whether values lose a part of themselves without a word from the server. */
export function rounds(from: string, to: string): boolean {
  const [old, wanted] = [parseTypeName(from), parseTypeName(to)];
  if (old.base !== wanted.base) return ROUNDED[old.base]?.includes(wanted.base) ?? false;
  if (wanted.base === 'numeric')
    return wanted.modifiers.length > 0 && scale(old.modifiers) > scale(wanted.modifiers);
  return /^time|^interval/.test(wanted.base) && (old.modifiers[0] ?? 6) > (wanted.modifiers[0] ?? 6);
}

function scale(modifiers: readonly number[]): number {
  return modifiers.length === 0 ? Number.POSITIVE_INFINITY : (modifiers[1] ?? 0);
}
