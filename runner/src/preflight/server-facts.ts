import type { MigrationSettings } from '../config/settings';
import { lockKey } from '../database/lock';
import type { Session } from '../database/session';
import { STATE_TABLES } from '../database/state-tables';

/** What the server says about itself, this session and our own tables. Limits are -1 where there is none. */
export interface ServerFacts {
  readonly version: string;
  readonly version_number: number;
  readonly in_recovery: boolean;
  readonly read_only: boolean;
  /** Where a read-only default comes from, as pg_settings says it. */
  readonly read_only_source: string | null;
  readonly user: string;
  readonly database: string;
  readonly superuser: boolean;
  readonly may_create_roles: boolean;
  readonly slots: number;
  readonly slots_used: number;
  readonly role_limit: number;
  readonly role_used: number;
  readonly database_limit: number;
  readonly database_used: number;
  readonly may_create_schemas: boolean;
  readonly schema_exists: boolean;
  readonly schema_usable: boolean;
  readonly schema_creatable: boolean;
  readonly history_exists: boolean;
  readonly history_missing: readonly string[];
  /** Whether it has the format of drizzle-orm 1.0, with names. */
  readonly history_named: boolean;
  readonly history_owned: boolean;
  /** The sequence of the history's ids, where its use is not granted. */
  readonly sequence_missing: string | null;
  readonly progress_exists: boolean;
  readonly progress_missing: readonly string[];
  readonly lock_holder: LockHolder | null;
  readonly milliseconds: number;
}

export interface LockHolder {
  readonly pid: number;
  /** Absent where the role may not see other sessions. */
  readonly user: string | null;
  readonly application: string | null;
  readonly since: string | null;
}

/** The table for the steps of migrations that run outside a transaction. */
export const PROGRESS_TABLE = STATE_TABLES.progress.name;

/** Counted per database, because a role without privileges does not see which sessions are clients. */
const SLOTS = `
  current_setting('max_connections')::int - case when r.rolsuper then 0 else
    current_setting('superuser_reserved_connections')::int
    + coalesce(current_setting('reserved_connections', true), '0')::int end as slots,
  (select coalesce(sum(numbackends), 0)::int from pg_stat_database) as slots_used,
  case when r.rolsuper then -1 else r.rolconnlimit end as role_limit,
  (select count(*)::int from pg_stat_activity where usesysid = r.oid) as role_used,
  case when r.rolsuper then -1 else d.datconnlimit end as database_limit,
  (select count(*)::int from pg_stat_activity where datid = d.oid) as database_used`;

/** As JSON: the driver does not know the server's types of arrays. */
const missing = (table: string, privileges: string) => `
  (select coalesce(jsonb_agg(privilege), '[]') from unnest('{${privileges}}'::text[]) wanted(privilege)
    where ${table}.oid is not null and not has_table_privilege(${table}.oid, privilege))`;

const QUERY = `
  select current_setting('server_version') as version,
    current_setting('server_version_num')::int as version_number,
    pg_is_in_recovery() as in_recovery,
    current_setting('transaction_read_only') = 'on' as read_only,
    (select source from pg_settings where name = 'default_transaction_read_only' and setting = 'on')
      as read_only_source,
    current_user::text as user, d.datname::text as database, me.rolsuper as superuser, me.rolsuper or me.rolcreaterole as may_create_roles,
    ${SLOTS},
    has_database_privilege(d.oid, 'CREATE') as may_create_schemas,
    n.oid is not null as schema_exists,
    n.oid is not null and has_schema_privilege(n.oid, 'USAGE') as schema_usable,
    n.oid is not null and has_schema_privilege(n.oid, 'CREATE') as schema_creatable,
    h.oid is not null as history_exists,
    ${missing('h', 'SELECT,INSERT')} as history_missing,
    exists (select from pg_attribute where attrelid = h.oid and attname = 'name' and not attisdropped) as history_named,
    h.oid is not null and pg_has_role(h.relowner, 'USAGE') as history_owned,
    (select s.relname from pg_depend x join pg_class s on s.oid = x.objid and s.relkind = 'S'
      where x.refobjid = h.oid and x.deptype = 'a' and not has_sequence_privilege(s.oid, 'USAGE, UPDATE') limit 1)
      as sequence_missing,
    p.oid is not null as progress_exists,
    ${missing('p', 'SELECT,INSERT,UPDATE,DELETE')} as progress_missing,
    (select jsonb_build_object('pid', l.pid, 'user', a.usename, 'application', a.application_name,
              'since', to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'))
       from pg_locks l left join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.database = d.oid
        and (l.classid::bigint << 32 | l.objid::bigint) = $3::text::bigint and l.pid <> pg_backend_pid()
      limit 1) as lock_holder
  from pg_database d
  join pg_roles r on r.rolname = session_user
  join pg_roles me on me.rolname = current_user
  left join pg_namespace n on n.nspname = $1
  left join pg_class h on h.relnamespace = n.oid and h.relname = $2
  left join pg_class p on p.relnamespace = n.oid and p.relname = '${PROGRESS_TABLE}'
  where d.datname = current_database()`;

/** Everything that can be asked without knowing what is pending, in one round trip; nothing is changed or locked. */
export async function readServerFacts(session: Session, settings: MigrationSettings): Promise<ServerFacts> {
  const started = performance.now();
  const [facts] = await session.query<ServerFacts>(QUERY, [
    settings.schema,
    settings.table,
    lockKey(settings),
  ]);
  if (!facts) throw new Error('the server gave no answer');
  return { ...facts, milliseconds: Math.round(performance.now() - started) };
}
