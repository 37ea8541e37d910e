import { quoteIdentifier } from '../../sql/quote';
import { type Finding, pass, refuse } from '../check';
import type { NeededFacts, OwnedObject } from '../needed-facts';
import type { Named, Needs } from '../needs';
import type { ServerFacts } from '../server-facts';

const CHECK = 'privileges';

/** Whether the role may do what pending statements surely do: create in schemas, alter and drop what is not its own. */
export function checkPrivileges(server: ServerFacts, needs: Needs, facts: NeededFacts): Finding[] {
  const findings = [
    ...schemas(server, needs),
    ...creations(server, needs, facts),
    ...owners(server, 'table or view', needs.relations, facts.relations),
    ...owners(server, 'type', needs.types, facts.types),
    ...roles(server, needs),
  ];
  return findings.length > 0
    ? findings
    : [pass(CHECK, `${server.user} may do what can be told of the pending statements`)];
}

function schemas({ may_create_schemas, database, user }: ServerFacts, needs: Needs): Finding[] {
  const [first] = needs.schemas;
  if (!first || may_create_schemas) return [];
  return [
    refused(
      `${first.at} creates schema ${first.name}`,
      `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(user)}`,
    ),
  ];
}

function creations({ user }: ServerFacts, needs: Needs, facts: NeededFacts): Finding[] {
  return needs.createIn.flatMap(({ schema = null, name, at }) => {
    const found = facts.schemas.find(({ asked }) => asked === schema);
    if (!found || found.creatable) return [];
    return [
      refused(
        `${at} creates ${name} in schema ${found.name}`,
        `GRANT CREATE ON SCHEMA ${quoteIdentifier(found.name)} TO ${quoteIdentifier(user)}`,
      ),
    ];
  });
}

function owners(
  { user }: ServerFacts,
  what: string,
  needed: readonly (Named & { readonly drop: boolean })[],
  facts: readonly OwnedObject[],
): Finding[] {
  return needed.flatMap(({ schema = null, name, at, drop }) => {
    const found = facts.find((one) => one.name === name && one.asked_schema === schema);
    if (!found || found.owned || (drop && found.schema_owned)) return [];
    return [
      refused(
        `${at} ${drop ? 'drops' : 'changes'} ${what} ${found.schema}.${name}, which belongs to ${found.owner}`,
        found.owner_is_superuser
          ? `give it to ${user} with ALTER … OWNER TO, or let ${found.owner} run this migration; do not grant membership in a superuser`
          : `GRANT ${quoteIdentifier(found.owner)} TO ${quoteIdentifier(user)}, or give it to the role that migrates`,
      ),
    ];
  });
}

function roles({ may_create_roles, user }: ServerFacts, needs: Needs): Finding[] {
  const [first] = needs.roles;
  if (!first || may_create_roles) return [];
  return [
    refused(
      `${first.at} creates role ${first.name}`,
      `ALTER ROLE ${quoteIdentifier(user)} CREATEROLE, or create the role apart`,
    ),
  ];
}

function refused(message: string, remedy: string): Finding {
  return refuse(CHECK, 'ACCESS', `${message}, and that is not granted`, { remedy });
}
