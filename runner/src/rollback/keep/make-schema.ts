import type { Session } from '../../database/session';
import { GateError } from '../../errors/gate-error';
import { INDEX_COLUMNS, KEPT_INDEX, KEPT_PREFIX, keptName } from '../../kept/kept-schema';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote';

/**
 * Makes a schema for copies, named after the time in UTC, with its index. It belongs to the role that rolls back.
 *
 * @throws GateError (77) when the role may not create schemas.
 */
export async function makeKeptSchema(session: Session): Promise<string> {
  const refusal = await schemaRefusal(session);
  if (refusal) {
    const { message, remedy } = refusal;
    throw new GateError('ACCESS', `${message}, so nothing was changed`, { remedy });
  }
  const [now] = await session.query<{ time: string }>(
    `select pg_catalog.to_char(pg_catalog.now() at time zone 'UTC', 'YYYYMMDD"t"HH24MISS"z"') as time`,
  );
  const time = now?.time ?? '';
  const schema = await freeName(session, `${KEPT_PREFIX}${time}`);
  const columns = Object.entries(INDEX_COLUMNS).map(([name, definition]) => `${name} ${definition}`);
  await session.execute(
    [
      `create schema ${quoteIdentifier(schema)}`,
      `comment on schema ${quoteIdentifier(schema)} is ${quoteLiteral(COMMENT)}`,
      `create table ${keptName(schema, KEPT_INDEX)} (${columns.join(', ')})`,
    ].join('; '),
  );
  return schema;
}

/** Why this role can't have a schema for copies, if it can't. */
export async function schemaRefusal(
  session: Session,
): Promise<{ message: string; remedy: string } | undefined> {
  const [may] = await session.query<{ create: boolean; role: string; database: string }>(
    `select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') as create,
            current_user::text as role, pg_catalog.current_database()::text as database`,
  );
  const { create = false, role = '', database = '' } = may ?? {};
  if (create) return undefined;
  return {
    message: `${role} may not create the schema for the rows that would be lost`,
    remedy: `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(role)}, or lose the rows with ROLLBACK_KEEP=discard`,
  };
}

const COMMENT =
  'What a rollback would have destroyed; "drizzle-gate rollback kept" shows, restores and removes it.';

/** Two rollbacks of one database, with histories of their own, can begin in the same second. */
async function freeName(session: Session, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    // A schema that another open transaction has made can't be seen, and making it would wait for that transaction.
    const [row] = await session.query<{ free: boolean }>(
      `select pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))
          and pg_catalog.to_regnamespace($1) is null as free`,
      [candidate],
    );
    if (row?.free) return candidate;
  }
}

/** Takes back what default privileges have given to others: the copies are no more public than the schema's owner made them. */
export async function closeSchema(session: Session, schema: string): Promise<void> {
  const grantees = await session.query<{ name: string | null }>(
    `select distinct case x.grantee when 0 then null else pg_catalog.pg_get_userbyid(x.grantee)::text end as name
       from (select n.oid, n.nspowner as owner, n.nspacl as acl from pg_catalog.pg_namespace n where n.nspname = $1
              union all
             select c.oid, c.relowner, c.relacl from pg_catalog.pg_class c
               join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1) o,
            lateral pg_catalog.aclexplode(o.acl) x
      where x.grantee <> o.owner`,
    [schema],
  );
  if (grantees.length === 0) return;
  const from = grantees.map(({ name }) => (name === null ? 'public' : quoteIdentifier(name))).join(', ');
  const name = quoteIdentifier(schema);
  await session.execute(
    `revoke all on schema ${name} from ${from}; revoke all on all tables in schema ${name} from ${from}`,
  );
}
