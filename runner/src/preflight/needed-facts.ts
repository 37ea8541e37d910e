import type { Session } from '../database/session';
import type { Needs } from './needs';

export interface OwnedObject {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
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
              'owner', pg_get_userbyid(${owner}), 'owned', pg_has_role(${owner}, 'USAGE'),
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
    roles: [...needs.roles, ...needs.usedRoles].map(({ name }) => name),
  };
  const [facts] = await session.query<NeededFacts>(QUERY, [JSON.stringify(asked)]);
  return facts;
}
