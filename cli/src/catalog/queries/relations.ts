import { type FactQuery, FIRST_OWN_OID, factsOf, identity, role, sorted, words } from '../scope';

const own = `c.oid >= ${FIRST_OWN_OID}`;

const persistence = words('c.relpersistence', { p: 'permanent', u: 'unlogged', t: 'temporary' });
const toastOptions = `(select ${sorted('t.reloptions')} from pg_class t where t.oid = c.reltoastrelid)`;
const tablespace = '(select spcname from pg_tablespace where oid = c.reltablespace)';

/** Tables, partitioned and foreign tables. */
const tables: FactQuery = () =>
  factsOf(
    'pg_class',
    'c',
    {
      owner: role('c.relowner'),
      persistence,
      'access method': '(select amname from pg_am where oid = c.relam)',
      tablespace,
      'partition key': `case c.relkind when 'p' then pg_get_partkeydef(c.oid) end`,
      'partition bound': 'pg_get_expr(c.relpartbound, c.oid)',
      inherits: `(select jsonb_agg(${identity('pg_class', 'h.inhparent')} order by h.inhseqno)
        from pg_inherits h where h.inhrelid = c.oid)`,
      'detach pending': `(select true from pg_inherits h where h.inhrelid = c.oid and h.inhdetachpending)`,
      'of type': `case when c.reloftype <> 0 then ${identity('pg_type', 'c.reloftype')} end`,
      'row security': 'c.relrowsecurity',
      'row security for the owner': 'c.relforcerowsecurity',
      'replica identity': words('c.relreplident', { d: 'default', n: 'nothing', f: 'full', i: 'index' }),
      options: sorted('c.reloptions'),
      'TOAST options': toastOptions,
      server: '(select srvname from pg_foreign_server s where s.oid = f.ftserver)',
      'server options': sorted('f.ftoptions'),
    },
    `left join pg_foreign_table f on f.ftrelid = c.oid where ${own} and c.relkind in ('r', 'p', 'f')`,
  );

const views: FactQuery = () =>
  factsOf(
    'pg_class',
    'c',
    {
      owner: role('c.relowner'),
      definition: 'pg_get_viewdef(c.oid)',
      options: sorted('c.reloptions'),
      'TOAST options': toastOptions,
      populated: `case c.relkind when 'm' then c.relispopulated end`,
      'access method': '(select amname from pg_am where oid = c.relam)',
      'replica identity': words('c.relreplident', { d: 'default', n: 'nothing', f: 'full', i: 'index' }),
      tablespace,
    },
    `where ${own} and c.relkind in ('v', 'm')`,
  );

const sequences: FactQuery = () =>
  factsOf(
    'pg_class',
    'c',
    {
      owner: role('c.relowner'),
      persistence,
      type: 'format_type(s.seqtypid, null)',
      start: 's.seqstart::text',
      increment: 's.seqincrement::text',
      minimum: 's.seqmin::text',
      maximum: 's.seqmax::text',
      cache: 's.seqcache::text',
      cycle: 's.seqcycle',
      'owned by': `(select (pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid)).identity from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and d.refobjsubid > 0)`,
    },
    `join pg_sequence s on s.seqrelid = c.oid where ${own}`,
  );

const indexes: FactQuery = () =>
  factsOf(
    'pg_class',
    'c',
    {
      definition: 'pg_get_indexdef(c.oid)',
      primary: 'i.indisprimary',
      valid: 'i.indisvalid',
      ready: 'i.indisready',
      clustered: 'i.indisclustered',
      'replica identity': 'i.indisreplident',
      immediate: 'i.indimmediate',
      tablespace,
      'part of': `(select ${identity('pg_class', 'h.inhparent')} from pg_inherits h where h.inhrelid = c.oid)`,
      'statistics targets': `(select jsonb_agg(format('column %s: %s', a.attnum, a.attstattarget) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and coalesce(a.attstattarget, -1) <> -1)`,
    },
    `join pg_index i on i.indexrelid = c.oid where ${own} and not i.indrelid < ${FIRST_OWN_OID}`,
  );

export const RELATION_QUERIES: readonly FactQuery[] = [tables, views, sequences, indexes];
