import type { Session } from '../../database/session';
import type { Entry } from './catalog-names';

export interface Column {
  /** Absent for one that the scripts add. */
  readonly number?: number;
  /** Whether it goes with the column of the parent. */
  readonly isInherited: boolean;
}

/** Relations with their columns and the tables that inherit from them, and foreign keys. */
export interface TablesFacts {
  /** By oid and name. */
  readonly columns: ReadonlyMap<number, Map<string, Column>>;
  /** Oids of the tables directly below one. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly foreignKeys: readonly ForeignKey[];
}

export interface ForeignKey {
  readonly from: number;
  readonly to: number;
  /** What becomes of the rows that refer to a deleted one: `c` they go, `n` and `d` their values are overwritten. */
  readonly onDelete: string;
}

export async function readTables(
  session: Session,
  entries: readonly Entry[],
  { withForeignKeys }: { readonly withForeignKeys: boolean },
): Promise<TablesFacts> {
  const oids = entries.flatMap(({ space, address }) =>
    space === 'relation' && address ? [address.oid] : [],
  );
  const rows = await session.query<{
    oid: number;
    parent: number | null;
    names: Record<string, { number: number; inherited: boolean }> | null;
  }>(
    `with recursive below (oid, parent) as (
       select json_array_elements_text($1::text::json)::oid, null::oid
       union select i.inhrelid, i.inhparent from below b join pg_inherits i on i.inhparent = b.oid
     )
     select b.oid::int8::float8 as oid, b.parent::int8::float8 as parent,
            (select json_object_agg(attname, json_build_object('number', attnum, 'inherited', not attislocal and attinhcount = 1))
               from pg_attribute where attrelid = b.oid and attnum > 0 and not attisdropped) as names
       from below b`,
    [JSON.stringify(oids)],
  );
  const columns = new Map<number, Map<string, Column>>();
  const children = new Map<number, number[]>();
  for (const { oid, parent, names } of rows) {
    const list = Object.entries(names ?? {}).map(([name, { number, inherited }]): [string, Column] => [
      name,
      { number, isInherited: inherited },
    ]);
    columns.set(oid, new Map(list));
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), oid]);
  }
  return { columns, children, foreignKeys: withForeignKeys ? await readForeignKeys(session) : [] };
}

/**
 * A key to a partitioned table is also one to each partition, and rows of one to a partition go also by way of what lies
 * above it. A key that a partition has from its parent is that of the parent.
 */
async function readForeignKeys(session: Session): Promise<ForeignKey[]> {
  return session.query<ForeignKey>(
    `select distinct c.conrelid::int8::float8 as from, t.oid::int8::float8 as to, c.confdeltype::text as "onDelete"
       from pg_constraint c
       left join pg_constraint up on up.oid = c.conparentid
      cross join lateral (select c.confrelid union select relid from pg_partition_ancestors(c.confrelid)) t (oid)
      where c.contype = 'f' and (up.oid is null or up.conrelid = c.conrelid)`,
  );
}
