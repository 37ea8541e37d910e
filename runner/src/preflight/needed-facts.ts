import type { Session } from '../database/session';
import type { Needs } from './needs';

export interface OwnedObject {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly owner_is_superuser: boolean;
  /** Whether we are the owner, a member of it, or a superuser. */
  readonly owned: boolean;
  /** The same for the schema that it is in: enough for DROP. */
  readonly schema_owned: boolean;
  /** The name as the statement has it. */
  readonly asked_schema: string | null;
}

/** What the catalog says about the things that pending statements name; what is not there is not listed. */
export interface NeededFacts {
  readonly relations: readonly OwnedObject[];
  readonly types: readonly OwnedObject[];
  readonly schemas: readonly { asked: string | null; name: string; creatable: boolean }[];
  readonly extensions: readonly {
    name: string;
    installed: boolean;
    available: boolean;
    /** Undefined where the version is not on the server. */
    superuser: boolean | null;
    trusted: boolean | null;
  }[];
  /** Those that exist. */
  readonly roles: readonly string[];
  /** Places, in the list of what is made, of what is there. */
  readonly existing: readonly number[];
  /** A service that lets its own administrators install extensions without being superusers. */
  readonly managed: boolean;
}

const owned = (catalog: 'class' | 'type', key: string) => {
  const [oid, name, namespace, owner] =
    catalog === 'class'
      ? ['c.oid', 'c.relname', 'c.relnamespace', 'c.relowner']
      : ['c.oid', 'c.typname', 'c.typnamespace', 'c.typowner'];
  const visible = catalog === 'class' ? 'pg_table_is_visible' : 'pg_type_is_visible';
  return `
    (select coalesce(jsonb_agg(jsonb_build_object('schema', n.nspname, 'name', ${name}, 'asked_schema', a.schema,
              'owner', pg_get_userbyid(${owner}), 'owner_is_superuser',
              (select rolsuper from pg_roles r where r.oid = ${owner}), 'owned', pg_has_role(${owner}, 'USAGE'),
              'schema_owned', pg_has_role(n.nspowner, 'USAGE'))), '[]')
       from jsonb_to_recordset(asked -> '${key}') as a(schema text, name text)
       join pg_${catalog} c on ${name} = a.name ${catalog === 'class' ? "and c.relkind <> 'c'" : ''}
       join pg_namespace n on n.oid = ${namespace}
      where n.nspname = a.schema or (a.schema is null and ${visible}(${oid}))) as ${key}`;
};

const QUERY = `
  select ${owned('class', 'relations')}, ${owned('type', 'types')},
    (select coalesce(jsonb_agg(jsonb_build_object('asked', a.schema, 'name', n.nspname,
              'creatable', has_schema_privilege(n.oid, 'CREATE'))), '[]')
       from jsonb_to_recordset(asked -> 'schemas') as a(schema text)
       join pg_namespace n on n.nspname = coalesce(a.schema, current_schema())) as schemas,
    (select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'available', e.name is not null,
              'installed', exists (select from pg_extension where extname = a.name),
              'superuser', v.superuser, 'trusted', v.trusted)), '[]')
       from jsonb_to_recordset(asked -> 'extensions') as a(name text, version text)
       left join pg_available_extensions e on e.name = a.name
       left join pg_available_extension_versions v
         on v.name = a.name and v.version = coalesce(a.version, e.default_version)) as extensions,
    (select coalesce(jsonb_agg(rolname), '[]') from pg_roles
      where rolname in (select jsonb_array_elements_text(asked -> 'roles'))) as roles,
    (select coalesce(jsonb_agg(a.number), '[]') from jsonb_to_recordset(asked -> 'made') as
        a(number int, kind text, schema text, name text, on_schema text, on_name text, concurrent boolean),
       lateral (select coalesce(a.schema, a.on_schema,
         (select n.nspname from pg_class t join pg_namespace n on n.oid = t.relnamespace
           where t.relname = a.on_name and pg_table_is_visible(t.oid)), current_schema()) as schema) place
      where case a.kind
        when 'schema' then exists (select from pg_namespace where nspname = a.name)
        when 'type' then exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
          where n.nspname = place.schema and t.typname = a.name
            and not exists (select from pg_type element where element.typarray = t.oid))
        else exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = place.schema and c.relname = a.name and not (a.concurrent
            and exists (select from pg_index i where i.indexrelid = c.oid and not i.indisvalid))) end) as existing,
    exists (select from pg_roles where rolname in
      ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin', 'neon_superuser', 'supabase_admin',
       'doadmin', 'avnadmin')) or current_setting('supautils.extensions', true) is not null
      as managed
  from (select $1::text::jsonb as asked) q`;

/** One round trip for everything; nothing is locked. Undefined when nothing pending names anything. */
export async function readNeededFacts(session: Session, needs: Needs): Promise<NeededFacts | undefined> {
  if (Object.values(needs).every((list) => list.length === 0)) return undefined;
  const asked = {
    relations: needs.relations,
    types: needs.types,
    schemas: needs.createIn.map(({ schema }) => ({ schema })),
    extensions: needs.extensions,
    made: needs.made.map(({ kind, schema, name, on, isConcurrent }, number) => ({
      ...{ number, kind, schema, name, on_schema: on?.schema, on_name: on?.name, concurrent: isConcurrent },
    })),
    roles: [...needs.roles, ...needs.usedRoles].map(({ name }) => name),
  };
  const [facts] = await session.query<NeededFacts>(QUERY, [JSON.stringify(asked)]);
  return facts;
}
