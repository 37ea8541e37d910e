import { quoteIdentifier } from '../../sql/quote';

/** Names that no column of a table has. */
const [TEXT, NUMBER] = ['drizzle_gate_text', 'drizzle_gate_number'];

/** Whether a row of `t` is the counterpart of one of `k`, both {@link numbered}. */
export const SAME_NUMBERED = `t.${TEXT} = k.${TEXT} and t.${NUMBER} = k.${NUMBER}`;

/**
 * A table whose rows are compared by their values, for want of a key: as text, because not every type can be compared,
 * and numbered among equal ones, so that each has one counterpart.
 */
export function numbered(
  alias: string,
  table: string,
  columns: readonly string[],
  what = `${alias}.*`,
): string {
  const text = rowText(alias, columns);
  return `(select ${what}, ${text} as ${TEXT}, row_number() over (partition by ${text}) as ${NUMBER} from ${table} ${alias})`;
}

/** The values of a row as one text. */
export function rowText(alias: string, columns: readonly string[]): string {
  const values = columns.map((name) => {
    const column = `${alias}.${quoteIdentifier(name)}`;
    return `case when pg_catalog.num_nonnulls(${column}) = 1 then pg_catalog.format('%s', ${column}) end`;
  });
  return `row(${values.join(', ')})::text`;
}
