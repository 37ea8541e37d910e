import type { Session } from '../../database/session';
import { quoteIdentifier, quoteName } from '../../sql/quote';
import { copiedColumns } from './copy-rows';
import type { Source } from './read-source';

/** Bytes of a row besides its values. */
const ROW_OVERHEAD = 28;

/**
 * About how many bytes a copy takes: what a whole table has on disk; for some columns what the statistics of the server
 * say, with all of the out-of-line storage if one of them can lie there, and never more than the table has.
 */
export async function estimateBytes(session: Session, source: Source): Promise<number> {
  const { table, lost } = source;
  if (table.isWhole) return table.bytes;
  const columns = copiedColumns(source).map(({ name }) => name);
  const [row] = await session.query<{ bytes: number }>(
    `with stats as (
       select count(*) as columns, sum(s.avg_width) as width,
              least(1, sum(1 - s.null_frac) filter (where s.attname in (select jsonb_array_elements_text($3::text::jsonb)))) as filled
         from pg_catalog.pg_stats s
        where s.schemaname = $4 and s.tablename = $5 and s.inherited = $6::text::bool
          and s.attname in (select jsonb_array_elements_text($2::text::jsonb))
     )
     select case when c.reltuples < 0 or stats.columns < jsonb_array_length($2::text::jsonb) then $7::text::float8
            else least($7::text::float8, c.reltuples * stats.filled * (${ROW_OVERHEAD} + stats.width) + case when exists (
                   select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attstorage <> 'p'
                      and a.attname in (select jsonb_array_elements_text($2::text::jsonb)))
                 then case c.relkind when 'p' then $7::text::float8
                        else pg_catalog.pg_table_size(c.oid) - pg_catalog.pg_relation_size(c.oid) end
                 else 0 end) end::float8 as bytes
       from pg_catalog.pg_class c, stats where c.oid = $1::text::oid`,
    [
      ...[
        String(table.oid),
        JSON.stringify(columns),
        JSON.stringify(lost.map(({ name }) => name)),
        table.schema,
        table.name,
      ],
      ...[String(table.isPartitioned), String(table.bytes)],
    ],
  );
  return row?.bytes ?? table.bytes;
}

/** A table and the bytes that are, or would be, kept of it. */
export interface Measured {
  readonly source: Source;
  readonly bytes: number;
}

export function describeSource({ table, lost }: Source): string {
  const name = quoteName(table);
  if (table.isWhole) return `table ${name}`;
  return `${lost.length === 1 ? 'column' : 'columns'} ${lost.map(({ name: column }) => quoteIdentifier(column)).join(', ')} of ${name}`;
}
