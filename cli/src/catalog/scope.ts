import type postgres from 'postgres';
import { quoteIdentifier, quoteLiteral } from '../../../runner/src/sql/quote';

/** Oids below are those of the server's own objects. */
export const FIRST_OWN_OID = 16384;

/** Where the history stands, which is no part of anybody's schema. */
export interface HistoryPlace {
  readonly schema: string;
  readonly table: string;
}

/** What the queries must know of the database before they read it. */
export interface Scope {
  /** Number of the server's version: 140023. */
  readonly version: number;
  /** Relations that are left out, with their indexes and sequences: a literal of type oid[]. */
  readonly ignored: string;
  /** Condition on a row of pg_namespace `n`: whether the schema itself is looked at. */
  readonly isOwnSchema: string;
  /** The same for the schema in which the history stands alone. */
  readonly isHistorySchema: string;
  /** Oid of the table of the history; 0 where there is none. */
  readonly historyTable: string;
}

/** A query of facts: rows of `class`, `id`, `sub` and `facts`. What it tells of objects out of scope is not used. */
export type FactQuery = (scope: Scope) => string;

/**
 * Our tables and Drizzle's in the schema of the history, and what a rollback kept.
 * A table that a team has put beside them is looked at.
 */
export async function readScope(
  sql: postgres.TransactionSql,
  { schema, table }: HistoryPlace,
): Promise<Scope> {
  const kept = String.raw`n.nspname like 'drizzle\_gate\_kept\_%'`;
  const [row] = await sql.unsafe<{ version: number; ignored: string; history: number | null }[]>(`
    with tables as (
      select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where ${kept} or (n.nspname = ${quoteLiteral(schema)}
        and (c.relname = ${quoteLiteral(table)} or c.relname like '\\_\\_drizzle\\_gate\\_%'))
    ), relations as (
      select oid from tables
      union select indexrelid from pg_index where indrelid in (select oid from tables)
      union select objid from pg_depend where classid = 'pg_class'::regclass and deptype in ('a', 'i')
        and refclassid = 'pg_class'::regclass and refobjid in (select oid from tables)
    )
    select current_setting('server_version_num')::int as version, coalesce(array_agg(oid), '{}')::text as ignored,
      (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${quoteLiteral(schema)} and c.relname = ${quoteLiteral(table)}) as history
    from relations`);
  const isHistorySchema = schema === 'public' ? 'false' : `n.nspname = ${quoteLiteral(schema)}`;
  return {
    version: row?.version ?? 0,
    ignored: `'${row?.ignored ?? '{}'}'::oid[]`,
    isOwnSchema: String.raw`(n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and not ${isHistorySchema} and not ${kept})`,
    isHistorySchema,
    historyTable: String(row?.history ?? 0),
  };
}

/** Translates the letter in a column of a catalog; another letter stays as it is. */
export function words(column: string, meanings: Readonly<Record<string, string>>): string {
  const cases = Object.entries(meanings).map(([letter, word]) => `when '${letter}' then '${word}'`);
  return `case ${column}::text ${cases.join(' ')} else ${column}::text end`;
}

/** Name of an object without regard to the search path. */
export function identity(catalog: string, oid: string): string {
  return `(pg_identify_object('${catalog}'::regclass, ${oid}, 0)).identity`;
}

/** Name of the role with this oid, quoted; `public` for 0. */
export function role(oid: string): string {
  return `case ${oid} when 0 then 'public' else (${oid})::regrole::text end`;
}

/** A list of texts in their alphabetical order, as the options of a table have none. */
export function sorted(array: string): string {
  return `(select jsonb_agg(o order by o collate "C") from unnest(${array}) o)`;
}

/** A query of facts about the rows of a catalog; `facts` are SQL by attribute. */
export function factsOf(
  catalog: string,
  alias: string,
  facts: Readonly<Record<string, string>>,
  rest: string,
): string {
  const pairs = Object.entries(facts).map(([name, value]) => `${quoteLiteral(name)}, ${value}`);
  return `select '${catalog}'::regclass::oid as class, ${alias}.oid as id, 0 as sub,
    jsonb_strip_nulls(jsonb_build_object(${pairs.join(', ')})) as facts
    from ${quoteIdentifier(catalog)} ${alias} ${rest}`;
}
