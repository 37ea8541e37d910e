import type { Session } from '../../database/session';
import { keptSchemaPattern } from '../../kept/kept-schema';
import { quoteName } from '../../sql/quote';

/** A table that stores rows, as it was before the scripts ran. */
export interface SeenTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Names by number; without generated columns, whose values are computed. */
  readonly columns: ReadonlyMap<number, string>;
  /** Oids of the tables above it, as partitions and by inheritance. */
  readonly above: readonly number[];
  /** Changes when the table is truncated or rewritten. */
  readonly file: number;
  /** Undefined where that can't be told cheaply. */
  readonly hasRows: boolean | undefined;
  /** Oid of the partitioned table at the top, among whose partitions an UPDATE moves rows; else its own. */
  readonly root: number;
  /** Rows that the open transaction has deleted, less those that it has inserted. */
  readonly removed: number;
}

/** By the server's own counters, which tell every row, whatever deleted it; without track_counts they stay at 0. */
export const REMOVED =
  '(pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) - pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid))::float8';

interface Found {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: string;
  readonly above: string;
  readonly file: number;
  /** Undefined where another session has locked the table. */
  readonly bytes: number | null;
  readonly readable: boolean;
  readonly root: number;
  readonly removed: number;
}

/** Locked by others, the size of a table would have to be waited for. */
const LOCKED = `
  select relation from pg_catalog.pg_locks
   where locktype = 'relation' and mode = 'AccessExclusiveLock' and pid <> pg_catalog.pg_backend_pid()
     and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`;

/** Tables of an extension are left out: they go and come with it. */
const TABLES = `
  with recursive above (oid, top) as (
    select inhrelid, inhparent from pg_catalog.pg_inherits
     union
    select a.oid, i.inhparent from above a join pg_catalog.pg_inherits i on i.inhrelid = a.top
  ), locked as (${LOCKED})
  select c.oid::bigint::float8 as oid, n.nspname as schema, c.relname as name,
         (select coalesce(jsonb_agg(jsonb_build_array(a.attnum, a.attname)), '[]') from pg_catalog.pg_attribute a
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')::text as columns,
         (select coalesce(jsonb_agg(a.top::bigint), '[]') from above a where a.oid = c.oid)::text as above,
         c.relfilenode::bigint::float8 as file, ${REMOVED} as removed,
         coalesce(pg_catalog.pg_partition_root(c.oid)::oid, c.oid)::bigint::float8 as root,
         case when c.oid not in (select relation from locked) then pg_catalog.pg_relation_size(c.oid)::float8 end as bytes,
         pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
           and not pg_catalog.row_security_active(c.oid) as readable
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and c.relpersistence <> 't'
     and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname !~ $1
     and not exists (select from pg_catalog.pg_depend d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
   order by c.oid`;

/** Looking takes a lock each; the lock table of a server has room for some thousands. */
const AT_ONCE = 200;
const MOST = 5000;

/**
 * Takes down every table that has rows of its own, with its columns, before scripts run. Whether there are rows is read
 * from the tables themselves, and no lock is left on them.
 */
export async function seeTables(session: Session): Promise<SeenTable[]> {
  const found = await session.query<Found>(TABLES, [keptSchemaPattern]);
  const asked = found.filter(({ bytes, readable }) => bytes !== null && bytes > 0 && readable);
  const answers = new Map<number, boolean>();
  for (let start = 0; start < Math.min(asked.length, MOST); start += AT_ONCE) {
    for (const { oid, there } of await lookInto(session, asked.slice(start, start + AT_ONCE))) {
      answers.set(oid, there);
    }
  }
  return found.map(({ oid, schema, name, columns, above, file, bytes, root, removed }) => ({
    ...{ oid, schema, name, file, root, removed },
    columns: new Map(JSON.parse(columns) as [number, string][]),
    above: JSON.parse(above) as number[],
    hasRows: bytes === 0 ? false : answers.get(oid),
  }));
}

/** Going back to the savepoint gives the locks up again. */
async function lookInto(session: Session, tables: readonly Found[]) {
  const looks = tables.map(
    (table) => `select ${table.oid}::float8 as oid, exists (select from only ${quoteName(table)}) as there`,
  );
  await session.execute('savepoint drizzle_gate_look');
  const rows = await session.query<{ oid: number; there: boolean }>(looks.join(' union all '));
  await session.execute('rollback to savepoint drizzle_gate_look; release savepoint drizzle_gate_look');
  return rows;
}
