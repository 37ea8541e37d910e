import type { MigrationSettings } from '../config/settings';
import { historyTable } from '../database/history';
import type { Session } from '../database/session';
import { GateError, GateErrors } from '../errors/gate-error';
import { quoteIdentifier } from '../sql/quote';

/** What a role lacks to see the schema version. */
export interface MissingGrant {
  readonly role: string;
  readonly what: 'USAGE' | 'SELECT';
  /** Schema or table, quoted. */
  readonly on: string;
  /** Whether the role that migrates may grant it. */
  readonly grantable: boolean;
}

/** The roles of the list that the server does not have. */
export async function findUnknownRoles(session: Session, roles: readonly string[]): Promise<string[]> {
  if (roles.length === 0) return [];
  const rows = await session.query<{ role: string }>(
    `select role from jsonb_array_elements_text($1::text::jsonb) role
      where not exists (select from pg_roles where rolname = role)`,
    [JSON.stringify(roles)],
  );
  return rows.map(({ role }) => role);
}

/**
 * What roles that exist still lack; privileges that reach a role through another one count. What does not exist yet
 * (schema, table) will be made and owned by the role that migrates.
 */
export async function findMissingGrants(
  session: Session,
  settings: MigrationSettings,
  roles: readonly string[],
): Promise<MissingGrant[]> {
  if (roles.length === 0) return [];
  const rows = await session.query<{
    role: string;
    usage: boolean;
    select: boolean;
    may_usage: boolean;
    may_select: boolean;
  }>(
    `select r.rolname as role,
            coalesce(has_schema_privilege(r.oid, n.oid, 'USAGE'), false) as usage,
            coalesce(has_table_privilege(r.oid, c.oid, 'SELECT'), false) as select,
            coalesce(has_schema_privilege(n.oid, 'USAGE WITH GRANT OPTION'), true) as may_usage,
            coalesce(has_table_privilege(c.oid, 'SELECT WITH GRANT OPTION'), true) as may_select
       from pg_roles r
       left join pg_namespace n on n.nspname = $2
       left join pg_class c on c.relnamespace = n.oid and c.relname = $3
      where r.rolname in (select jsonb_array_elements_text($1::text::jsonb)) order by 1`,
    [JSON.stringify(roles), settings.schema, settings.table],
  );
  const schema = `schema ${quoteIdentifier(settings.schema)}`;
  const table = `table ${historyTable(settings)}`;
  return rows.flatMap((row): MissingGrant[] => [
    ...(row.usage ? [] : [{ role: row.role, what: 'USAGE', on: schema, grantable: row.may_usage } as const]),
    ...(row.select
      ? []
      : [{ role: row.role, what: 'SELECT', on: table, grantable: row.may_select } as const]),
  ]);
}

/** @throws GateErrors: 78 for roles that do not exist, 77 for what can't be granted; all of a kind at once. */
export function assertGrantable(unknown: readonly string[], missing: readonly MissingGrant[]): void {
  if (unknown.length > 0) {
    throw new GateErrors('CONFIG', unknown.map(unknownRole), 'create the role, or correct GRANT_STATUS_TO');
  }
  const refused = missing.filter(({ grantable }) => !grantable);
  if (refused.length > 0) throw new GateErrors('ACCESS', refused.map(refusedGrant), GRANT_REMEDY);
}

export const GRANT_REMEDY = 'make the role that migrates the owner, or grant it by hand once';

export function unknownRole(role: string): string {
  return `GRANT_STATUS_TO has ${JSON.stringify(role)}, which is no role of this server`;
}

export function refusedGrant({ role, what, on }: MissingGrant): string {
  return `${what} on ${on} can't be granted to ${quoteIdentifier(role)}: the role that migrates may not grant it`;
}

/** @throws GateError (77) when the server let a GRANT pass with a warning only. */
export function assertGranted(missing: readonly MissingGrant[]): void {
  const [first] = missing;
  if (first) throw new GateError('ACCESS', refusedGrant(first), { remedy: GRANT_REMEDY });
}
