import { type FactQuery, FIRST_OWN_OID, factsOf, identity, role, sorted } from '../scope';

const own = (alias: string) => `where ${alias}.oid >= ${FIRST_OWN_OID}`;
const named = (catalog: string, oid: string) => `case when ${oid} <> 0 then ${identity(catalog, oid)} end`;

/** They can hold a password, so that only whether they are the same may be seen. */
const secret = (options: string) =>
  `'SHA-256 ' || left(encode(sha256(convert_to(array_to_string(${options}, ','), 'UTF8')), 'hex'), 16)`;

const schemas: FactQuery = () => factsOf('pg_namespace', 'n', { owner: role('n.nspowner') }, '');

const extensions: FactQuery = () =>
  factsOf(
    'pg_extension',
    'e',
    {
      version: 'e.extversion',
      schema: '(select nspname from pg_namespace where oid = e.extnamespace)',
      owner: role('e.extowner'),
    },
    '',
  );

const wrappers: FactQuery = () =>
  factsOf(
    'pg_foreign_data_wrapper',
    'w',
    {
      owner: role('w.fdwowner'),
      handler: named('pg_proc', 'w.fdwhandler'),
      validator: named('pg_proc', 'w.fdwvalidator'),
      options: secret('w.fdwoptions'),
    },
    own('w'),
  );

const servers: FactQuery = () =>
  factsOf(
    'pg_foreign_server',
    's',
    {
      owner: role('s.srvowner'),
      wrapper: '(select fdwname from pg_foreign_data_wrapper w where w.oid = s.srvfdw)',
      type: 's.srvtype',
      version: 's.srvversion',
      options: secret('s.srvoptions'),
    },
    own('s'),
  );

/** Only a superuser may read the catalog; the view shows each role what it may see. */
const userMappings: FactQuery = () =>
  `select 'pg_user_mapping'::regclass::oid as class, m.umid as id, 0 as sub,
    jsonb_strip_nulls(jsonb_build_object('options', ${secret('m.umoptions')})) as facts from pg_user_mappings m`;

/** A subscription's catalog is shared, and most of it hidden; what belongs to this database is a fact by itself. */
const subscriptions: FactQuery = () =>
  `select 'pg_subscription'::regclass::oid as class, s.oid as id, 0 as sub, 'subscription' as kind,
    quote_ident(s.subname) as name, jsonb_strip_nulls(jsonb_build_object('owner', ${role('s.subowner')},
      'enabled', s.subenabled, 'slot', s.subslotname, 'commit', s.subsynccommit,
      'publications', ${sorted('s.subpublications')})) as facts
    from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database())`;

/** ALTER DATABASE … SET, ALTER ROLE … IN DATABASE … SET. */
const settings: FactQuery = () =>
  `select 'pg_db_role_setting'::regclass::oid as class, s.setrole as id, 0 as sub, 'settings' as kind,
    case s.setrole when 0 then 'of the database' else 'of role ' || ${role('s.setrole')} end as name,
    jsonb_build_object('settings', ${sorted('s.setconfig')}) as facts
    from pg_db_role_setting s where s.setdatabase = (select oid from pg_database where datname = current_database())`;

export const DATABASE_QUERIES: readonly FactQuery[] = [
  ...[schemas, extensions, wrappers, servers, userMappings, subscriptions, settings],
];
