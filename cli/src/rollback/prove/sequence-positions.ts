import type postgres from 'postgres';
import { quoteName } from '../../../../runner/src/sql/quote';
import type { TableName } from '../data/schemas';

/** Where a sequence stands. */
export interface SequencePosition extends TableName {
  /** A sequence that was dropped and made again has another one. */
  readonly oid: number;
  /** What it gives next. */
  readonly next: bigint;
  readonly increment: bigint;
  /** The column that it numbers, where it belongs to one. */
  readonly column?: { readonly table: TableName; readonly name: string } | undefined;
}

interface Listed extends TableName {
  readonly oid: number;
  readonly increment: string;
  readonly table_schema: string | null;
  readonly table_name: string | null;
  readonly column_name: string | null;
}

const LIST = String.raw`
  select c.oid::int8::text as oid, n.nspname as schema, c.relname as name, s.seqincrement::text as increment,
    tn.nspname as table_schema, t.relname as table_name, a.attname as column_name
  from pg_catalog.pg_sequence s
  join pg_catalog.pg_class c on c.oid = s.seqrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
    and d.refclassid = d.classid and d.deptype in ('a', 'i') and d.refobjsubid > 0
  left join pg_catalog.pg_class t on t.oid = d.refobjid
  left join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
  left join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
  where n.nspname !~ '^pg_' and coalesce(t.relname, '') !~ '^__drizzle_(migrations$|gate_)'
    -- In the place where the server pleases, it would be asked for relations that are none.
    and case c.relkind when 'S' then pg_catalog.has_schema_privilege(n.oid, 'usage')
      and pg_catalog.has_sequence_privilege(c.oid, 'select') end`;

/** Reads where every sequence of the database stands, but for those that this role may not read. */
export async function readPositions(sql: postgres.Sql): Promise<readonly SequencePosition[]> {
  const listed = await sql.unsafe<Listed[]>(LIST);
  if (listed.length === 0) return [];
  const states = await sql.unsafe<{ last: string; called: boolean }[]>(
    listed
      .map(
        (sequence, index) =>
          `select ${index} as i, last_value::text as last, is_called as called from ${quoteName(sequence)}`,
      )
      .join(' union all ')
      .concat(' order by i'),
  );
  return listed.flatMap((sequence, index) => {
    const state = states[index];
    return state ? [position(sequence, state)] : [];
  });
}

function position(listed: Listed, { last, called }: { last: string; called: boolean }): SequencePosition {
  const { schema, name, table_schema, table_name, column_name } = listed;
  const increment = BigInt(listed.increment);
  return {
    ...{ schema, name, oid: Number(listed.oid), increment },
    next: called ? BigInt(last) + increment : BigInt(last),
    ...(table_schema !== null && table_name !== null && column_name !== null
      ? { column: { table: { schema: table_schema, name: table_name }, name: column_name } }
      : {}),
  };
}
