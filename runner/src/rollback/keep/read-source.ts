import type { Session } from '../../database/session';
import { COLUMN_SEQUENCES } from '../../kept/column-sequences';
import type { KeptColumn, KeptSequence, LostColumn } from '../../kept/kept-schema';
import type { LosingTable } from './losing-tables';

export interface SourceColumn extends KeptColumn {
  /** Whether its collation may be dropped too. */
  readonly hasOwnCollation: boolean;
}

/** A table to keep, with what is to know of it besides its rows. */
export interface Source {
  readonly table: LosingTable;
  /** In the table's order. */
  readonly columns: readonly SourceColumn[];
  /** Columns that are dropped and hold values of their own. */
  readonly lost: readonly LostColumn[];
  /** Columns that tell the rows apart and stay; null where there are none. */
  readonly key: readonly string[] | null;
  readonly sequences: readonly KeptSequence[];
}

/** From here on an oid is that of something that a person or an extension made, so that it can be dropped. */
const FIRST_OWN_OID = 16_384;

const COLUMNS = `
  select a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
         a.atttypid >= ${FIRST_OWN_OID} as "isText", a.attcollation >= ${FIRST_OWN_OID} as "hasOwnCollation",
         a.attgenerated <> '' as "isGenerated"
    from pg_catalog.pg_attribute a
   where a.attrelid = $1::text::oid and a.attnum > 0 and not a.attisdropped
   order by a.attnum`;

/** Unique at any moment and for every row. The primary key is the one that people mean. */
const KEYS = `
  select (select jsonb_agg(a.attname order by k.place)
            from pg_catalog.unnest(i.indkey::int2[]) with ordinality k (number, place)
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
           where k.place <= i.indnkeyatts)::text as columns
    from pg_catalog.pg_index i
   where i.indrelid = $1::text::oid and i.indisunique and i.indisvalid and i.indimmediate
     and i.indpred is null and i.indexprs is null
     and not exists (
       select from pg_catalog.unnest(i.indkey::int2[]) with ordinality k (number, place)
         join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        where k.place <= i.indnkeyatts and not a.attnotnull)
   order by i.indisprimary desc, i.indnkeyatts, i.indexrelid`;

const SEQUENCES = `
  select distinct a.attname as column, pg_catalog.pg_sequence_last_value(s.seqrelid)::text as last
    from pg_catalog.pg_attribute a
    join (${COLUMN_SEQUENCES}) u on u.rel = a.attrelid and u.number = a.attnum
    join pg_catalog.pg_sequence s on s.seqrelid = u.seq
   where a.attrelid = $1::text::oid and pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')
     and pg_catalog.pg_sequence_last_value(s.seqrelid) is not null
   order by 1`;

/** Reads what a copy of the table needs; undefined when nothing of it is lost that could not be computed again. */
export async function readSource(session: Session, table: LosingTable): Promise<Source | undefined> {
  const oid = [String(table.oid)];
  const columns = await session.query<SourceColumn>(COLUMNS, oid);
  const stored = new Set(columns.filter(({ isGenerated }) => !isGenerated).map(({ name }) => name));
  const lost = table.columns.filter(({ name }) => stored.has(name));
  if (!table.isWhole && lost.length === 0) return undefined;
  const keys = (await session.query<{ columns: string }>(KEYS, oid)).map(
    (row) => JSON.parse(row.columns) as string[],
  );
  const dropped = new Set(table.columns.map(({ name }) => name));
  const key = keys.find((names) => !names.some((name) => dropped.has(name))) ?? null;
  const sequences = (await session.query<KeptSequence>(SEQUENCES, oid)).filter(
    ({ column }) => table.isWhole || dropped.has(column),
  );
  return { table, columns, lost, key, sequences };
}
