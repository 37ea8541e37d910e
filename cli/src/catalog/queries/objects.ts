import { FIRST_OWN_OID, type Scope } from '../scope';

interface Listing {
  /** What the oids are read from, where not everybody may read the catalog. */
  readonly source?: string;
  /** Joins and conditions; the catalog itself is `o`. */
  readonly rest?: string;
  /** Oid of the relation (or, for `parentClass`, of another object) that this one vanishes with. */
  readonly parent?: string;
  readonly parentClass?: string;
  /** First version of PostgreSQL that has the catalog. */
  readonly since?: number;
}

const own = `o.oid >= ${FIRST_OWN_OID}`;
/** Also those of the history, because they can only be somebody else's. */
const partOfRelation = (column: string, more = ''): Listing => ({
  rest: `where ${own} ${more}`,
  parent: `o.${column}`,
});

/**
 * Every catalog whose rows are objects of a database. What the server makes by itself along with another object is
 * left out, because its name is made up: TOAST, array types, row types, the triggers of constraints.
 */
const CATALOGS: Readonly<Record<string, Listing>> = {
  pg_namespace: { rest: `as n where $isOwnSchema` },
  pg_class: {
    rest: `join pg_namespace n on n.oid = o.relnamespace left join pg_index i on i.indexrelid = o.oid
      where ${own} and n.nspname !~ '^pg_' and o.relkind <> 'c' and not o.oid = any ($ignored)`,
    // Of the table: an index, and a sequence of a column.
    parent: `coalesce(i.indrelid, (select d.refobjid from pg_depend d where o.relkind = 'S' and d.objid = o.oid
      and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0))`,
  },
  pg_type: {
    rest: `join pg_namespace n on n.oid = o.typnamespace left join pg_class r on r.oid = o.typrelid
      where ${own} and n.nspname !~ '^pg_' and coalesce(r.relkind, 'c') = 'c'
        and not exists (select from pg_type e where e.typarray = o.oid)`,
  },
  pg_constraint: {
    // The copies of a foreign key for each partition of the table that it points to.
    rest: `left join pg_constraint p on p.oid = o.conparentid
      where ${own} and not o.conrelid = any ($ignored)
        and not (o.contype = 'f' and p.oid is not null and p.conrelid = o.conrelid)`,
    parent: 'nullif(o.conrelid, 0)',
  },
  pg_trigger: partOfRelation('tgrelid', 'and not o.tgisinternal'),
  pg_rewrite: partOfRelation('ev_class', `and o.rulename <> '_RETURN'`),
  pg_policy: partOfRelation('polrelid'),
  pg_statistic_ext: partOfRelation('stxrelid'),
  pg_publication_rel: partOfRelation('prrelid'),
  pg_publication_namespace: { since: 15 },
  // Only a superuser may read the catalog; the view has a row for every mapping.
  pg_user_mapping: { source: '(select umid as oid from pg_user_mappings)' },
  pg_opclass: {},
  pg_amop: { parent: 'o.amopfamily', parentClass: 'pg_opfamily' },
  pg_amproc: { parent: 'o.amprocfamily', parentClass: 'pg_opfamily' },
  ...Object.fromEntries(
    [
      ...['proc', 'operator', 'opfamily', 'cast', 'conversion', 'collation', 'language', 'transform', 'am'],
      ...['ts_parser', 'ts_dict', 'ts_template', 'ts_config', 'foreign_data_wrapper', 'foreign_server'],
      ...['default_acl', 'event_trigger', 'publication'],
    ].map((name) => [`pg_${name}`, {}]),
  ),
  // The server's own language came with an extension, which can be dropped.
  pg_extension: { rest: '' },
};

/** Listed as part of another object, or as data. */
const NOT_LISTED = ['pg_attrdef', 'pg_largeobject', 'pg_subscription', 'pg_database', 'pg_authid'];

/** Lists every object of the database, by class, oid and column, with the names that PostgreSQL gives them. */
export function objectsQuery(scope: Scope): string {
  const listings = Object.entries(CATALOGS).filter(([, { since = 0 }]) => scope.version >= since * 10_000);
  const parts = listings.map(([catalog, listing]) => listingQuery(catalog, listing, scope));
  return `
    with member as (select classid, objid from pg_depend where deptype = 'e'),
    listed as (
      ${parts.join('\n union all ')}
      union all ${columnsQuery(scope)}
      union all ${unforeseenQuery(listings.map(([catalog]) => catalog))}
    )
    select l.*, i.type as kind, i.identity as name, i.schema
    from listed l, pg_identify_object(l.class, l.id, l.sub) i
    where (l.class, l.id) not in (select * from member) and i.identity is not null
      and (l.sub = 0 or (l.parent_class, l.parent) not in (select * from member))`;
}

function listingQuery(
  catalog: string,
  { rest, parent, parentClass = 'pg_class', source = catalog }: Listing,
  scope: Scope,
): string {
  const text = rest ?? `where ${own}`;
  const alias = text.startsWith('as n ') ? 'n' : 'o';
  return `select '${catalog}'::regclass::oid as class, ${alias}.oid as id, 0 as sub,
    ${parent ? `'${parentClass}'::regclass::oid` : 'null::oid'} as parent_class, ${parent ?? 'null::oid'} as parent
    from ${source} ${text.startsWith('as n ') ? text : `o ${text}`}`
    .replaceAll('$ignored', scope.ignored)
    .replaceAll('$isOwnSchema', scope.isOwnSchema);
}

function columnsQuery({ ignored }: Scope): string {
  return `
    select 'pg_class'::regclass, c.oid, a.attnum,
      case c.relkind when 'c' then 'pg_type'::regclass::oid else 'pg_class'::regclass::oid end,
      case c.relkind when 'c' then c.reltype else c.oid end
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.oid >= ${FIRST_OWN_OID} and n.nspname !~ '^pg_' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
      and not c.oid = any (${ignored}) and a.attnum > 0 and not a.attisdropped`;
}

/** What stands in pg_depend and in no catalog that is known here: that of a later version. */
function unforeseenQuery(catalogs: readonly string[]): string {
  const known = [...catalogs, ...NOT_LISTED].map((name) => `'${name}'::regclass`).join(', ');
  return `
    select u.class, u.id, 0, null, null from (
      select classid as class, objid as id from pg_depend
      union select refclassid, refobjid from pg_depend
    ) u where u.id >= ${FIRST_OWN_OID} and u.class <> all (array[${known}]::oid[])`;
}
