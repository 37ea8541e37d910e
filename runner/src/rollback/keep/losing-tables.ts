import type { Session } from '../../database/session';
import type { LostColumn } from '../../kept/kept-schema';
import type { Loss } from '../losses/loss';

/** A table of the plan that loses data, or one below it that loses the same: partitions and inheritance children. */
export interface LosingTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Its rows lie in its partitions. */
  readonly isPartitioned: boolean;
  /** Whether the table itself goes. */
  readonly isDropped: boolean;
  /** Whether all its rows are lost, or may be. */
  readonly isWhole: boolean;
  /** Columns that are dropped. */
  readonly columns: readonly LostColumn[];
  /** Tags of the migrations whose scripts destroy it. */
  readonly migrations: readonly string[];
  /** Oids above it as a partition, the nearest first. */
  readonly ancestors: readonly number[];
  /** Whether the plan names it, and not only something above it. */
  readonly isNamed: boolean;
  /** Bytes of its rows and of those of its partitions, without indexes. */
  readonly bytes: number;
}

/** How many levels a table lies below another one is not limited; a cycle can't be made. */
const QUERY = `
  with recursive named as (
    select l.oid, l.kind, l.column, l.migration, l.place
      from pg_catalog.jsonb_to_recordset($1::text::jsonb) as l (oid oid, kind text, "column" text, migration text, place int)
  ), reached (oid, "from") as (
    select distinct oid, oid from named
     union
    select i.inhrelid, r."from" from reached r join pg_catalog.pg_inherits i on i.inhparent = r.oid
  )
  select c.oid::bigint::float8 as oid, n.nspname as schema, c.relname as name, c.relkind = 'p' as "isPartitioned",
         bool_or(l.kind = 'table') as "isDropped", bool_or(l.kind in ('table', 'rows')) as "isWhole",
         bool_or(l.oid = c.oid) as "isNamed",
         coalesce(jsonb_agg(jsonb_build_object('name', l.column, 'migration', l.migration) order by l.place)
                    filter (where l.column is not null), '[]')::text as columns,
         jsonb_agg(jsonb_build_array(l.place, l.migration) order by l.place)::text as migrations,
         (select coalesce(jsonb_agg(a.relid::oid::bigint order by a.place), '[]') from pg_catalog.pg_partition_ancestors(c.oid)
            with ordinality a (relid, place) where a.relid <> c.oid)::text as ancestors,
         case c.relkind
           when 'p' then (select coalesce(sum(pg_catalog.pg_table_size(t.relid)), 0) from pg_catalog.pg_partition_tree(c.oid) t)
           else pg_catalog.pg_table_size(c.oid) end::float8 as bytes
    from reached r
    join named l on l.oid = r."from"
    join pg_catalog.pg_class c on c.oid = r.oid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and c.relpersistence <> 't'
   group by c.oid, c.relkind, n.nspname, c.relname
   order by c.oid`;

type Found = Omit<LosingTable, 'columns' | 'migrations' | 'ancestors'> & {
  readonly columns: string;
  readonly migrations: string;
  readonly ancestors: string;
};

/**
 * The tables that lose data, as the catalog has them now, by oid. Materialized views can be computed again and foreign
 * tables keep their rows elsewhere: neither is among them.
 */
export async function readLosingTables(session: Session, losses: readonly Loss[]): Promise<LosingTable[]> {
  const asked = losses.flatMap(({ kind, table, column = null, migration }, place) =>
    table && (kind === 'table' || kind === 'rows' || (kind === 'column' && column !== null))
      ? [{ oid: table.oid, kind, column: kind === 'column' ? column : null, migration, place }]
      : [],
  );
  if (asked.length === 0) return [];
  const rows = await session.query<Found>(QUERY, [JSON.stringify(asked)]);
  return rows.map(({ columns, migrations, ancestors, ...row }) => ({
    ...row,
    columns: distinct(JSON.parse(columns) as LostColumn[]),
    migrations: [...new Set((JSON.parse(migrations) as [number, string][]).map(([, tag]) => tag))],
    ancestors: JSON.parse(ancestors) as number[],
  }));
}

function distinct(columns: readonly LostColumn[]): LostColumn[] {
  return columns.filter(({ name }, place) => columns.findIndex((column) => column.name === name) === place);
}

/** Without the partitions whose loss is that of a table above them, so that no row is read twice. */
export function withoutCovered(tables: readonly LosingTable[]): LosingTable[] {
  return tables.filter(
    (table) =>
      !tables.some(
        (above) =>
          table.ancestors.includes(above.oid) &&
          (above.isWhole ||
            (!table.isWhole &&
              table.columns.every(({ name }) => above.columns.some((column) => column.name === name)))),
      ),
  );
}
