import { type FactQuery, FIRST_OWN_OID, factsOf, identity, role, words } from '../scope';

const own = (alias: string) => `where ${alias}.oid >= ${FIRST_OWN_OID}`;
const named = (catalog: string, oid: string) => `case when ${oid} <> 0 then ${identity(catalog, oid)} end`;

const KINDS = { b: 'base', c: 'composite', d: 'domain', e: 'enum', p: 'pseudo', r: 'range', m: 'multirange' };
const of = (kind: string, value: string) => `case t.typtype when '${kind}' then ${value} end`;
const code = (column: string) => of('b', `nullif(t.${column}::oid, 0)::regproc::text`);

/** Types of their own: enums, domains, composites, ranges and those written in C. */
const types: FactQuery = () =>
  factsOf(
    'pg_type',
    't',
    {
      'kind of type': words('t.typtype', KINDS),
      owner: role('t.typowner'),
      labels: of(
        'e',
        `(select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)`,
      ),
      'base type': of('d', 'format_type(t.typbasetype, t.typtypmod)'),
      default: `coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault)`,
      'not null': of('d', 't.typnotnull'),
      // Of a type written in C: whether it has collations at all.
      collation: `case when t.typtype in ('b', 'd') then ${named('pg_collation', 't.typcollation')} end`,
      subtype: of('r', 'format_type(r.rngsubtype, null)'),
      'operator class': of('r', named('pg_opclass', 'r.rngsubopc')),
      'range collation': of('r', named('pg_collation', 'r.rngcollation')),
      canonical: of('r', 'nullif(r.rngcanonical::oid, 0)::regproc::text'),
      'subtype difference': of('r', 'nullif(r.rngsubdiff::oid, 0)::regproc::text'),
      multirange: of('r', 'format_type(r.rngmultitypid, null)'),
      defined: 't.typisdefined',
      ...Object.fromEntries(
        ['input', 'output', 'receive', 'send', 'modin', 'modout', 'analyze', 'subscript'].map((name) => [
          name,
          code(`typ${name}`),
        ]),
      ),
      layout: of(
        'b',
        `format('length %s, by value %s, align %s, storage %s, category %s, preferred %s, delimiter %s',
          t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typdelim)`,
      ),
      element: of('b', 'case when t.typelem <> 0 then format_type(t.typelem, null) end'),
    },
    `left join pg_range r on r.rngtypid = t.oid ${own('t')}`,
  );

const casts: FactQuery = () =>
  factsOf(
    'pg_cast',
    'c',
    {
      function: named('pg_proc', 'c.castfunc'),
      context: words('c.castcontext', { e: 'explicit', a: 'assignment', i: 'implicit' }),
      method: words('c.castmethod', { f: 'function', i: 'in and out', b: 'binary' }),
    },
    own('c'),
  );

const collations: FactQuery = () =>
  `select 'pg_collation'::regclass::oid as class, c.oid as id, 0 as sub,
    jsonb_strip_nulls(to_jsonb(c) - array['oid', 'collname', 'collnamespace', 'collowner'])
      || jsonb_build_object('owner', ${role('c.collowner')}) as facts
    from pg_collation c ${own('c')}`;

const conversions: FactQuery = () =>
  factsOf(
    'pg_conversion',
    'c',
    {
      from: 'pg_encoding_to_char(c.conforencoding)',
      to: 'pg_encoding_to_char(c.contoencoding)',
      function: named('pg_proc', 'c.conproc'),
      default: 'c.condefault',
      owner: role('c.conowner'),
    },
    own('c'),
  );

const transforms: FactQuery = () =>
  factsOf(
    'pg_transform',
    't',
    { 'from sql': named('pg_proc', 't.trffromsql'), 'to sql': named('pg_proc', 't.trftosql') },
    own('t'),
  );

export const TYPE_QUERIES: readonly FactQuery[] = [types, casts, collations, conversions, transforms];
