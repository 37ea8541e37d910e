import type { Session } from '../../database/session';
import { type Address, CATALOG, keyOf } from './address';

/** What the catalog says of an object that goes, or whose rows do. */
export interface Description {
  /** For example `table column` and `public.users.email`. */
  readonly type: string;
  readonly identity: string;
  /** Only of relations and their columns. */
  readonly relation?: RelationFacts;
}

export interface RelationFacts {
  readonly kind: string;
  readonly schema: string;
  readonly name: string;
  readonly column: string | null;
  /** Oid of the table that it is a partition of. */
  readonly partitionOf: number | null;
  readonly isIdentity: boolean;
  readonly isPopulated: boolean;
  /** Whether some of its rows are on another server. */
  readonly isRemote: boolean;
  readonly mayRead: boolean;
  /** Whether policies hide rows from this role. */
  readonly isFiltered: boolean;
  readonly bytes: number;
  /** Rows as the planner would estimate them from the size of the table now. */
  readonly estimate: number;
  /** Share of values of the column that are null, from the statistics; null where there are none. */
  readonly nullFraction: number | null;
}

interface Row {
  readonly at: number;
  readonly type: string | null;
  readonly identity: string | null;
  readonly facts: RelationFacts | null;
}

/**
 * The tables that hold the rows, without those that only lead to others. Where nothing was ever analysed, the planner
 * takes the width of the columns: 32 bytes for those of any length. OFFSET 0 has it look each of them up: it takes the
 * partitions of one table for a thousand, and would read all of pg_class for each address.
 */
const FACTS = `
  select json_build_object(
    'kind', c.relkind, 'schema', n.nspname, 'name', c.relname, 'column', t.attname,
    'partitionOf', (select inhparent::int8 from pg_inherits where inhrelid = c.oid and c.relispartition limit 1),
    'isIdentity', exists (select from pg_depend d where d.classid = 1259 and d.objid = c.oid and d.refclassid = 1259 and d.deptype = 'i'),
    'isPopulated', c.relispopulated,
    'isRemote', coalesce((select bool_or(l.relkind = 'f') from leaves l), false),
    'mayRead', coalesce(has_schema_privilege(n.oid, 'usage') and (has_table_privilege(c.oid, 'select')
      or (t.attnum is not null and has_column_privilege(c.oid, t.attnum, 'select'))), false),
    'isFiltered', c.relkind in ('r', 'p') and row_security_active(c.oid),
    'bytes', coalesce((select sum(pg_table_size(l.oid)) from leaves l where l.relkind in ('r', 'm')), 0),
    'estimate', coalesce((select sum(l.estimate) from leaves l), 0),
    'nullFraction', (select s.null_frac from pg_stats s where s.schemaname = n.nspname and s.tablename = c.relname
      and s.attname = t.attname order by s.inherited = (c.relkind = 'p') desc limit 1))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute t on t.attrelid = c.oid and t.attnum = a.part and a.part <> 0
   where a.catalog = ${CATALOG.relation} and c.oid = a.oid`;

const LEAVES = `
  select l.oid, l.relkind,
         ceil(case when pages = 0 then 0
                   when l.reltuples > 0 and l.relpages > 0 then l.reltuples / l.relpages * pages
                   else pages * current_setting('block_size')::float8 / (28 + coalesce(width, 0)) end)::float8 as estimate
    from (select relid from pg_partition_tree(a.oid) where isleaf
          union select a.oid where not exists (select from pg_partition_tree(a.oid))) p (oid)
   cross join lateral (select oid, relkind, reltuples, relpages from pg_class
                        where oid = p.oid and relkind in ('r', 'm', 'f') offset 0) l
   cross join lateral (select coalesce(pg_relation_size(l.oid), 0) / current_setting('block_size')::float8) z (pages)
   cross join lateral (select sum(case when attlen > 0 then attlen else 32 end) from pg_attribute
                        where attrelid = l.oid and attnum > 0 and not attisdropped) w (width)`;

/** Describes objects by what the catalog has of them now; one that is no longer there is left out. */
export async function describeObjects(
  session: Session,
  addresses: readonly Address[],
): Promise<Map<string, Description>> {
  if (addresses.length === 0) return new Map();
  const rows = await session.query<Row>(
    `select a.at::int4, i.type, i.identity, f.facts
       from json_to_recordset($1::text::json) as a (at int8, catalog int8, oid oid, part int)
      cross join lateral pg_identify_object(a.catalog::oid, a.oid, a.part) i
       left join lateral (with leaves as materialized (${LEAVES}) ${FACTS}) f (facts) on true`,
    [JSON.stringify(addresses.map((address, at) => ({ at, ...address })))],
  );
  const found = new Map<string, Description>();
  for (const { at, type, identity, facts } of rows) {
    const address = addresses[at];
    if (address && type !== null && identity !== null)
      found.set(keyOf(address), { type, identity: plain(identity), ...(facts && { relation: facts }) });
  }
  return found;
}

/** The server names even its own types with their schema here. */
function plain(identity: string): string {
  return identity.replaceAll(/(?<![\w"])pg_catalog\./g, '');
}
