import { type FactQuery, FIRST_OWN_OID, identity, sorted, words } from '../scope';

const STORAGE = { p: 'plain', e: 'external', m: 'main', x: 'extended' };
/** Newer minor releases number the versions of a column in an option that is theirs alone; pg_dump leaves it out, too. */
const SERVERS_OWN = `'^pg_attver='`;
const READERS = `c.oid >= ${FIRST_OWN_OID} and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
  and a.attnum > 0 and not a.attisdropped`;

const columns: FactQuery = ({ ignored }) => `
  select 'pg_class'::regclass::oid as class, c.oid as id, a.attnum as sub, jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'collation', case when a.attcollation <> 0 then ${identity('pg_collation', 'a.attcollation')} end,
    'not null', a.attnotnull,
    'default', case a.attgenerated when '' then pg_get_expr(d.adbin, d.adrelid) end,
    'generated', case a.attgenerated when '' then null
      else pg_get_expr(d.adbin, d.adrelid) || ${words('a.attgenerated', { s: ' stored', v: ' virtual' })} end,
    'identity', nullif(${words('a.attidentity', { a: 'always', d: 'by default' })}, ''),
    'storage', ${words('a.attstorage', STORAGE)},
    'compression', nullif(${words('a.attcompression', { p: 'pglz', l: 'lz4' })}, ''),
    'statistics target', nullif(a.attstattarget, -1),
    'options', (select jsonb_agg(o order by o collate "C") from unnest(a.attoptions) o where o !~ ${SERVERS_OWN}),
    'server options', ${sorted('a.attfdwoptions')},
    'declared here', case when a.attinhcount > 0 and not c.relispartition then a.attislocal end,
    'parents', case when not c.relispartition then nullif(a.attinhcount, 0) end
  )) as facts
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where ${READERS} and not c.oid = any (${ignored})`;

export const COLUMN_QUERIES: readonly FactQuery[] = [columns];

/** The names of the columns of each relation in their order, whatever gaps their numbers have. */
export const columnOrderQuery: FactQuery = ({ ignored }) => `
  select case c.relkind when 'c' then 'pg_type'::regclass::oid else 'pg_class'::regclass::oid end as class,
    case c.relkind when 'c' then c.reltype else c.oid end as id, 0 as sub,
    jsonb_agg(a.attname order by a.attnum) as columns
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where ${READERS} and not c.oid = any (${ignored})
  group by c.oid`;
