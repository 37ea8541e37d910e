import type postgres from 'postgres';
import { FIRST_OWN_OID } from './scope';

/**
 * Reads the oid of each relation and composite type by its label in the catalog: one that was dropped and made again has
 * another, though nothing else tells the two apart.
 */
export async function readRelationOids(sql: postgres.Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.begin(async (transaction) => {
    await transaction.unsafe(`set local search_path = ''`);
    return transaction.unsafe<{ label: string; oid: string }[]>(`
      select i.type || ' ' || i.identity as label, r.oid::int8::text as oid
      from (
        select 'pg_class'::regclass as class, oid as id, oid from pg_class where relkind in ('r', 'p', 'v', 'm', 'f')
        union all select 'pg_type'::regclass, reltype, oid from pg_class where relkind = 'c'
      ) r, pg_identify_object(r.class, r.id, 0) i
      where r.oid >= ${FIRST_OWN_OID}`);
  });
  return new Map(rows.map(({ label, oid }) => [label, oid]));
}
