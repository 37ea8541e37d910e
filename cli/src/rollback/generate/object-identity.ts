import type postgres from 'postgres';

/** The kinds that a name is undone for. What has no OID of its own is known by that of its parent and a number. */
export type IdentityKind =
  | 'schema'
  | 'table'
  | 'view'
  | 'materialized view'
  | 'foreign table'
  | 'sequence'
  | 'index'
  | 'column'
  | 'constraint'
  | 'domain constraint'
  | 'type'
  | 'domain'
  | 'attribute'
  | 'enum value'
  | 'routine'
  | 'trigger'
  | 'policy'
  | 'rule';

export interface ObjectIdentity {
  readonly kind: IdentityKind;
  /** The same before and after a rename. */
  readonly key: string;
  /** Key of what it belongs to: its schema, table or type. */
  readonly parent: string | null;
  readonly name: string;
  /** Arguments of a routine, as DDL names them. */
  readonly signature: string | null;
}

/**
 * Objects of extensions are left out: their names are the extension's. So are indexes of constraints and what partitions
 * inherit: they are renamed with what they belong to.
 */
const QUERY = `
  with owned as materialized (select classid, objid from pg_depend where deptype = 'e'),
  spaces as materialized (
    select oid, nspname from pg_namespace
     where nspname !~ '^pg_(toast|temp)' and nspname not in ('pg_catalog', 'information_schema')),
  relations as materialized (
    select c.* from pg_class c join spaces s on s.oid = c.relnamespace
     where not exists (select from owned o where o.classid = 'pg_class'::regclass and o.objid = c.oid)),
  types as materialized (
    select t.* from pg_type t join spaces s on s.oid = t.typnamespace
     where t.typtype in ('e', 'd', 'c', 'r') and (t.typtype <> 'c' or exists (
             select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
       and not exists (select from owned o where o.classid = 'pg_type'::regclass and o.objid = t.oid))
  select 'schema' as kind, 'n' || oid as key, null as parent, nspname::text as name, null as signature from spaces
  union all
  select case relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized view'
                      when 'f' then 'foreign table' when 'S' then 'sequence' else 'index' end,
         'c' || oid, 'n' || relnamespace, relname, null
    from relations r where relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
     and not exists (select from pg_constraint k where k.conindid = r.oid and k.contype in ('p', 'u', 'x'))
  union all
  select case r.relkind when 'c' then 'attribute' else 'column' end,
         'a' || a.attrelid || '.' || a.attnum,
         case r.relkind when 'c' then 't' || r.reltype else 'c' || r.oid end, a.attname, null
    from pg_attribute a join relations r on r.oid = a.attrelid
   where a.attnum > 0 and not a.attisdropped and a.attinhcount = 0
     and r.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
  union all
  select case when contypid <> 0 then 'domain constraint' else 'constraint' end, 'k' || k.oid,
         case when contypid <> 0 then 't' || contypid else 'c' || conrelid end, conname, null
    from pg_constraint k
   where (exists (select from relations r where r.oid = k.conrelid) or exists (select from types t where t.oid = k.contypid))
     and k.contype in ('c', 'f', 'p', 'u', 'x') and k.conislocal and k.conparentid = 0
  union all
  select case typtype when 'd' then 'domain' else 'type' end, 't' || oid, 'n' || typnamespace, typname, null from types
  union all
  select 'enum value', 'e' || e.oid, 't' || e.enumtypid, e.enumlabel, null
    from pg_enum e join types t on t.oid = e.enumtypid
  union all
  select 'routine', 'p' || p.oid, 'n' || p.pronamespace, p.proname, pg_get_function_identity_arguments(p.oid)
    from pg_proc p join spaces s on s.oid = p.pronamespace
   where not exists (select from owned o where o.classid = 'pg_proc'::regclass and o.objid = p.oid)
  union all
  select 'trigger', 'g' || g.oid, 'c' || g.tgrelid, g.tgname, null
    from pg_trigger g join relations r on r.oid = g.tgrelid where not g.tgisinternal and g.tgparentid = 0
  union all
  select 'policy', 'y' || y.oid, 'c' || y.polrelid, y.polname, null
    from pg_policy y join relations r on r.oid = y.polrelid
  union all
  select 'rule', 'w' || w.oid, 'c' || w.ev_class, w.rulename, null
    from pg_rewrite w join relations r on r.oid = w.ev_class where w.rulename <> '_RETURN'`;

/** Reads the objects of the application's schemas with what stays the same about each when it is renamed. */
export async function readIdentities(sql: postgres.Sql): Promise<ObjectIdentity[]> {
  return [...(await sql.unsafe<ObjectIdentity[]>(QUERY))];
}
