import type { Session } from '../../database/session';
import { quoteIdentifier, quoteName } from '../../sql/quote';
import type { KeptCopyNow } from '../kept-index';

export interface TargetColumn {
  readonly name: string;
  /** As people write it, for a cast; without a length, so that nothing is cut off in silence. */
  readonly type: string;
  /** The same with its length. */
  readonly fullType: string;
  readonly isGenerated: boolean;
  /** GENERATED ALWAYS AS IDENTITY, which refuses an UPDATE. */
  readonly isAlwaysIdentity: boolean;
}

/** The table that rows of a copy go back to, as it is now. */
export interface Target {
  readonly copy: KeptCopyNow;
  readonly oid: number;
  readonly isPartitioned: boolean;
  readonly columns: ReadonlyMap<string, TargetColumn>;
  /** Columns of which each row has a value of its own; undefined where nothing guarantees that. */
  readonly key: readonly string[] | undefined;
  /** Whether ON CONFLICT is refused, because a constraint is checked later. */
  readonly hasDeferrableKey: boolean;
}

const QUERY = `
  select c.oid::bigint::float8 as oid, c.relkind = 'p' as "isPartitioned",
         (select coalesce(jsonb_agg(jsonb_build_object(
              'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, -1),
              'fullType', pg_catalog.format_type(a.atttypid, a.atttypmod), 'isGenerated', a.attgenerated <> '',
              'isAlwaysIdentity', a.attidentity = 'a') order by a.attnum), '[]')
            from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)::text as columns,
         (select coalesce(jsonb_agg((
              select jsonb_agg(a.attname) from pg_catalog.unnest(i.indkey::int2[]) with ordinality k (number, place)
                join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number and a.attnotnull
               where k.place <= i.indnkeyatts) order by i.indisprimary desc, i.indnkeyatts, i.indexrelid)
              filter (where i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null
                and (select bool_and(a.attnotnull) from pg_catalog.unnest(i.indkey::int2[]) with ordinality k (number, place)
                       join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
                      where k.place <= i.indnkeyatts)), '[]')
            from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique)::text as keys,
         exists (select from pg_catalog.pg_index i
                  where i.indrelid = c.oid and (i.indisunique or i.indisexclusion) and not i.indimmediate) as "hasDeferrableKey"
    from pg_catalog.pg_class c
   where c.oid = pg_catalog.to_regclass($1) and c.relkind in ('r', 'p')`;

interface Found extends Pick<Target, 'oid' | 'isPartitioned' | 'hasDeferrableKey'> {
  readonly columns: string;
  readonly keys: string;
}

/** Finds the table by its name; undefined when there is none, or something else has the name. */
export async function readTarget(session: Session, copy: KeptCopyNow): Promise<Target | undefined> {
  const [found] = await session.query<Found>(QUERY, [tableOf({ copy })]);
  if (!found) return undefined;
  const { oid, isPartitioned, hasDeferrableKey } = found;
  const columns = JSON.parse(found.columns) as TargetColumn[];
  const kept = new Set(copy.columns.map(({ name }) => name));
  const keys = (JSON.parse(found.keys) as string[][]).filter((names) =>
    names.every((name) => kept.has(name)),
  );
  return {
    ...{ copy, oid, isPartitioned, hasDeferrableKey, key: keys[0] },
    columns: new Map(columns.map((column) => [column.name, column])),
  };
}

/** The qualified, quoted name. */
export function tableOf({ copy }: { readonly copy: Pick<KeptCopyNow, 'schema' | 'table'> }): string {
  return quoteName({ schema: copy.schema, name: copy.table });
}

/** A table with partitions is meant with them; a table with inheritance children has a copy without theirs. */
export function onlyTableOf(target: Pick<Target, 'copy' | 'isPartitioned'>): string {
  return `${target.isPartitioned ? '' : 'only '}${tableOf(target)}`;
}

/** A value of the copy as the table takes it now. */
export function keptValue({ copy, columns }: Target, name: string): string {
  const column = columns.get(name);
  const kept = copy.columns.find((each) => each.name === name);
  const value = `k.${quoteIdentifier(name)}`;
  return !column || (kept && !kept.isText && kept.type === column.fullType)
    ? value
    : `${value}::${column.type}`;
}

/** Columns of a copy that the table still has, and that are no computed ones. */
export function commonColumns({ copy, columns }: Target): string[] {
  return copy.columns
    .map(({ name }) => name)
    .filter((name) => {
      const column = columns.get(name);
      return column !== undefined && !column.isGenerated;
    });
}
