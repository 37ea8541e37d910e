import type { Fact, FactBase, StableId } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import type postgres from 'postgres';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';

interface Row {
  readonly role: string;
  readonly schema: string | null;
  readonly objtype: string;
  readonly grantee: string;
  readonly privileges: string[];
  readonly grantable: string[];
  /** What the grantee has where nothing is said about it. */
  readonly built_in: string[];
}

/**
 * Every grantee with something else than it has by itself. What is said of a whole database takes the place of the
 * built-in privileges, so that one who is not in it has lost his; what is said of a schema is added to them, and there
 * nobody has any by itself.
 */
const QUERY = `
  with given as (
    select d.oid, case x.grantee when 0 then 'PUBLIC' else pg_get_userbyid(x.grantee) end as grantee,
      array_agg(x.privilege_type order by x.privilege_type) as privileges,
      coalesce(array_agg(x.privilege_type order by x.privilege_type) filter (where x.is_grantable), '{}') as grantable
    from pg_default_acl d, aclexplode(d.defaclacl) x group by 1, 2),
  built_in as (
    select d.oid, case x.grantee when 0 then 'PUBLIC' else pg_get_userbyid(x.grantee) end as grantee,
      array_agg(x.privilege_type order by x.privilege_type) as privileges
    from pg_default_acl d,
      aclexplode(acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole)) x
    where d.defaclnamespace = 0 group by 1, 2)
  select pg_get_userbyid(d.defaclrole) as role, n.nspname as schema, d.defaclobjtype as objtype, e.grantee,
    coalesce(g.privileges, '{}') as privileges, coalesce(g.grantable, '{}') as grantable,
    coalesce(b.privileges, '{}') as built_in
  from pg_default_acl d
  left join pg_namespace n on n.oid = d.defaclnamespace
  cross join lateral (select grantee from given where oid = d.oid union select grantee from built_in where oid = d.oid) e
  left join given g on g.oid = d.oid and g.grantee = e.grantee
  left join built_in b on b.oid = d.oid and b.grantee = e.grantee
  where g.privileges is distinct from b.privileges or g.grantable <> '{}'
  order by 1, 2, 3, 4`;

/**
 * The same state with the default privileges as the catalog has them. pg-delta takes those of a schema for a change of
 * the built-in ones, too, and does not see all that the owner has given up.
 */
export async function withDefaultPrivileges(facts: FactBase, sql: postgres.Sql): Promise<FactBase> {
  const { buildFactBase } = await import('@supabase/pg-delta/core');
  const rows = await sql.unsafe<Row[]>(QUERY);
  const others = facts.facts().filter(({ id }) => id.kind !== 'defaultPrivilege');
  return buildFactBase([...others, ...rows.map(toFact)], [...facts.edges], facts.source);
}

function toFact({ role, schema, objtype, grantee, privileges, grantable, built_in }: Row): Fact {
  return {
    id: { kind: 'defaultPrivilege', role, schema, objtype, grantee },
    payload: {
      ...{ privileges, grantable, _builtIn: built_in },
      // What pg-delta grants again to one who has lost everything.
      ...(privileges.length === 0 && { _revokedDefault: built_in }),
    },
  };
}

/**
 * The statements of default privileges, as whoever runs the script writes them: the role is not named that it is itself.
 *
 * What a role has on its own objects is taken away before it is given anew: pg-delta grants it beside the built-in
 * privileges, and leaves nothing where these come back.
 */
export function defaultPrivilegeStatements(action: Action, { from, to, owner }: DefaultsWay): string[] {
  const sql = ownerless(action.sql, owner);
  const [subject = action.destroys[0]] = action.produces;
  if (!subject || !isOwn(subject)) return [sql];
  const revoke = sql.replace(GRANT, ' REVOKE ALL ON $1 FROM $2');
  if (action.verb === 'create') return revoke === sql ? [sql] : [revoke, sql];
  if (to.has(subject)) return [];
  const builtIn = from.get(subject)?.payload._builtIn;
  return [revoke, revoke.replace(REVOKE, ` GRANT ${[builtIn].flat().join(', ')} ON $1 TO $2`)];
}

interface DefaultsWay {
  readonly from: FactBase;
  readonly to: FactBase;
  /** Of whom everything is that the scratch database has. */
  readonly owner: string;
}

const GRANT = / GRANT [A-Z, ]+ ON ([A-Z ]+) TO (.+?)(?: WITH GRANT OPTION)?$/s;
const REVOKE = / REVOKE ALL ON ([A-Z ]+) FROM (.+)$/s;

function isOwn(id: StableId): boolean {
  return id.kind === 'defaultPrivilege' && id.schema === null && id.role === id.grantee;
}

function ownerless(sql: string, owner: string): string {
  const name = quoteIdentifier(owner);
  const start = `ALTER DEFAULT PRIVILEGES FOR ROLE ${name} `;
  if (!sql.startsWith(start)) return sql;
  const text = `ALTER DEFAULT PRIVILEGES ${sql.slice(start.length)}`;
  const end = [` TO ${name}`, ` TO ${name} WITH GRANT OPTION`, ` FROM ${name}`].find((ending) =>
    text.endsWith(ending),
  );
  return end === undefined ? text : text.slice(0, -end.length) + end.replace(name, () => 'CURRENT_USER');
}
