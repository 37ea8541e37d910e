import { quoteIdentifier, quoteLiteral } from '../../sql/quote';
import { keptName } from '../kept-schema';
import type { Part } from './insert-rows';
import { numbered, SAME_NUMBERED } from './numbered';
import { commonColumns, keptValue, onlyTableOf, type Target } from './read-target';

/** Names that no column of a table has. */
const [PLACE, ROW, WRITER] = ['drizzle_gate_place', 'drizzle_gate_row', 'drizzle_gate_writer'];

/** A dropped column that is there again. */
export interface ReturnedColumn {
  readonly name: string;
  /** Transaction that applied the migration which made it again; undefined where the history does not have it. */
  readonly madeBy: string | undefined;
}

/** What became of the kept values of one column. */
export interface ValueCounts {
  readonly column: string;
  readonly restored: number;
  /** The very same value is there. */
  readonly same: number;
  /** The row was written since the column came back, and holds another value. */
  readonly changed: number;
  /** The row is gone. */
  readonly gone: number;
}

/** The dropped columns of a copy that the table has again; computed ones get their values from others. */
export function returnedNames({ copy, columns }: Target): string[] {
  return copy.lost.map(({ name }) => name).filter((name) => columns.get(name)?.isGenerated === false);
}

/**
 * Gives the rows back the values of columns that were dropped. A value that is there gives way when it is NULL, or when
 * its row was not written since the migration that made the column again was applied: then it is that migration's
 * default or backfill. What somebody has written since stays, whatever it is.
 */
export function restoreValues(
  target: Target,
  schema: string,
  returned: readonly ReturnedColumn[],
  name: string,
): Part {
  const fates = returned.map((column, place) => ({
    ...column,
    fate: `fate_${place}`,
    value: `value_${place}`,
  }));
  const looked = `${name}_rows as materialized (
    select t.${PLACE}, t.${ROW}, ${fates.map((each) => `${keptValue(target, each.name)} as ${each.value}`).join(', ')},
           ${fates.map((each) => `${fateOf(target, each)} as ${each.fate}`).join(', ')}
      from ${pairs(target, schema)})`;
  const set = fates.map(
    (each) =>
      `${quoteIdentifier(each.name)} = case when r.${each.fate} = 'restored' then r.${each.value} else t.${quoteIdentifier(each.name)} end`,
  );
  const updated = `${name} as (
    update ${onlyTableOf(target)} t set ${set.join(', ')} from ${name}_rows r
     where t.tableoid = r.${PLACE} and t.ctid = r.${ROW} and 'restored' in (${fates.map((each) => `r.${each.fate}`).join(', ')})
    returning 1)`;
  const counts = fates.map((each) => {
    const fields = ['restored', 'same', 'changed', 'gone'].map(
      (fate) => `'${fate}', count(*) filter (where ${each.fate} = '${fate}')`,
    );
    return `jsonb_build_object('column', ${quoteLiteral(each.name)}, ${fields.join(', ')})`;
  });
  return {
    queries: [looked, updated],
    result: `(select jsonb_build_array(${counts.join(', ')}) from ${name}_rows)`,
  };
}

function fateOf(target: Target, { name, madeBy }: ReturnedColumn): string {
  const [is, was] = [`t.${quoteIdentifier(name)}`, keptValue(target, name)];
  const isUntouched =
    madeBy === undefined
      ? 'false'
      : `pg_catalog.age(t.${WRITER}) >= pg_catalog.age(${quoteLiteral(madeBy)}::xid)`;
  return `case when pg_catalog.num_nonnulls(k.${quoteIdentifier(name)}) = 0 then 'none' when t.${ROW} is null then 'gone'
    when pg_catalog.num_nonnulls(${is}) = 0 then 'restored'
    when pg_catalog.format('%s', ${is}) = pg_catalog.format('%s', ${was}) then 'same'
    when ${isUntouched} then 'restored' else 'changed' end`;
}

/**
 * Each kept row beside its row of the table. Without a key, rows that are equal in all else are as good as each other.
 */
function pairs(target: Target, schema: string): string {
  const kept = keptName(schema, target.copy.copy);
  const table = onlyTableOf(target);
  const all = `t.*, t.tableoid as ${PLACE}, t.ctid as ${ROW}, t.xmin as ${WRITER}`;
  const lost = new Set(target.copy.lost.map(({ name }) => name));
  const key = target.copy.key?.every((name) => target.columns.has(name)) ? target.copy.key : undefined;
  if (key) {
    const same = key.map((name) => `t.${quoteIdentifier(name)} = ${keptValue(target, name)}`);
    return `${kept} k left join (select ${all} from ${table} t) t on ${same.join(' and ')}`;
  }
  const others = commonColumns(target).filter((name) => !lost.has(name));
  return `${numbered('k', kept, others)} k left join ${numbered('t', table, others, all)} t on ${SAME_NUMBERED}`;
}
