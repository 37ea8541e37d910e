import { type FactQuery, FIRST_OWN_OID, role } from '../scope';

/** Catalogs with privileges: prefix of their columns, letter of the kind for acldefault. */
const WITH_RIGHTS: readonly (readonly [catalog: string, prefix: string, letter: string])[] = [
  ['pg_class', 'rel', `case o.relkind when 'S' then 's' else 'r' end::"char"`],
  ['pg_proc', 'pro', `'f'`],
  ['pg_type', 'typ', `'T'`],
  ['pg_namespace', 'nsp', `'n'`],
  ['pg_language', 'lan', `'l'`],
  ['pg_foreign_data_wrapper', 'fdw', `'F'`],
  ['pg_foreign_server', 'srv', `'S'`],
];

/** One text for each grantee: `app: INSERT, SELECT*`, where `*` means that the grantee may grant it. */
const grants = (acl: string, owner: string) => `
  (select jsonb_agg(format('%s: %s%s', g.who, g.what, g.grantor) order by g.who collate "C", g.grantor collate "C") from (
    select case x.grantee when ${owner} then '(owner)' else ${role('x.grantee')} end as who,
      case when x.grantor <> ${owner} then ' by ' || x.grantor::regrole::text else '' end as grantor,
      string_agg(x.privilege_type || case when x.is_grantable then '*' else '' end, ', '
        order by x.privilege_type collate "C") as what
    from aclexplode(${acl}) x group by 1, 2
  ) g)`;

const hasNoName = `null::text as kind, null::text as name`;

/**
 * Absent privileges are those of the default, so that a grant that was taken back leaves nothing. Of the server's own
 * objects and those of extensions only what differs from the beginning is told.
 */
const objectRights: readonly FactQuery[] = WITH_RIGHTS.map(([catalog, prefix, letter]) => () => {
  const owner = `o.${prefix}owner`;
  const byDefault = `acldefault(${letter}, ${owner})`;
  const acl = `coalesce(o.${prefix}acl, ${byDefault})`;
  const isForeign = `(e.objid is not null or o.oid < ${FIRST_OWN_OID}
    ${catalog === 'pg_namespace' ? `and o.nspname <> 'public'` : ''})`;
  const ofForeign = (column: string) =>
    `case when ${isForeign} then (pg_identify_object('${catalog}'::regclass, o.oid, 0)).${column}`;
  return `
    select '${catalog}'::regclass::oid as class, o.oid as id, 0 as sub,
      jsonb_strip_nulls(jsonb_build_object('grants', ${grants(acl, owner)})) as facts,
      ${ofForeign('type')} || ' with other privileges:' end as kind, ${ofForeign('identity')} end as name
    from ${catalog} o
    left join pg_init_privs i on i.classoid = '${catalog}'::regclass and i.objoid = o.oid and i.objsubid = 0
    left join pg_depend e on e.classid = '${catalog}'::regclass and e.objid = o.oid and e.deptype = 'e'
    where (not ${isForeign} ${catalog === 'pg_class' ? `and o.relkind in ('r', 'p', 'v', 'm', 'f', 'S')` : ''})
      or (o.${prefix}acl is distinct from i.initprivs
        and ${grants(acl, owner)} is distinct from ${grants(`coalesce(i.initprivs, ${byDefault})`, owner)})`;
});

const columnRights: FactQuery = () => `
  select 'pg_class'::regclass::oid as class, a.attrelid as id, a.attnum as sub,
    jsonb_strip_nulls(jsonb_build_object('grants', ${grants('a.attacl', 'c.relowner')})) as facts,
    f.type || ' with other privileges:' as kind, f.identity as name
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  left join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = a.attrelid and i.objsubid = a.attnum
  left join pg_depend e on e.classid = 'pg_class'::regclass and e.objid = a.attrelid and e.deptype = 'e'
  left join pg_identify_object('pg_class'::regclass, a.attrelid, a.attnum) f
    on e.objid is not null or a.attrelid < ${FIRST_OWN_OID}
  where a.attacl is not null and not a.attisdropped
    and ${grants('a.attacl', 'c.relowner')} is distinct from ${grants('i.initprivs', 'c.relowner')}`;

const defaultRights: FactQuery = () => `
  select 'pg_default_acl'::regclass::oid as class, d.oid as id, 0 as sub,
    jsonb_strip_nulls(jsonb_build_object('grants', ${grants('d.defaclacl', 'd.defaclrole')})) as facts, ${hasNoName}
  from pg_default_acl d`;

const comments: FactQuery = () => `
  select d.classoid as class, d.objoid as id, d.objsubid as sub, jsonb_build_object('comment', d.description) as facts
  from pg_description d
  where d.objoid >= ${FIRST_OWN_OID} or (d.classoid = 'pg_namespace'::regclass
      and d.objoid = (select oid from pg_namespace where nspname = 'public'))
    or d.classoid = 'pg_extension'::regclass`;

const securityLabels: FactQuery = () => `
  select l.classoid as class, l.objoid as id, l.objsubid as sub,
    jsonb_build_object('security labels', jsonb_agg(l.provider || ': ' || l.label order by l.provider)) as facts
  from pg_seclabel l group by l.classoid, l.objoid, l.objsubid`;

/** ALTER … DEPENDS ON EXTENSION: the object goes when the extension does. */
const automaticDependencies: FactQuery = () => `
  select d.classid as class, d.objid as id, d.objsubid as sub,
    jsonb_build_object('goes with', jsonb_agg(e.identity order by e.identity)) as facts
  from pg_depend d, pg_identify_object(d.refclassid, d.refobjid, 0) e where d.deptype = 'x' group by d.classid, d.objid, d.objsubid`;

export const RIGHT_QUERIES: readonly FactQuery[] = [
  ...objectRights,
  ...[columnRights, defaultRights, comments, securityLabels, automaticDependencies],
];
