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
  return facts.schemas.flatMap(({ asked, name, creatable }) => {
    const first = needs.createIn.find(({ schema }) => (schema ?? null) === asked);
    if (creatable || !first) return [];
    return [
      refused(
        `${first.at} creates ${first.name} in schema ${name}`,
        `GRANT CREATE ON SCHEMA ${quoteIdentifier(name)} TO ${quoteIdentifier(user)}`,
      ),
    ];
  });
}

function owners(
  { user }: ServerFacts,
  what: string,
  needed: readonly (Named & { readonly drop: boolean })[],
  found: readonly OwnedObject[],
): Finding[] {
  return found.flatMap(({ schema, name, owner, owned, schema_owned, asked_schema }) => {
    const need = needed.find((one) => one.name === name && (one.schema ?? null) === asked_schema);
    if (!need || owned || (need.drop && schema_owned)) return [];
    return [
      refused(
        `${need.at} ${need.drop ? 'drops' : 'changes'} ${what} ${schema}.${name}, which belongs to ${owner}`,
        `GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(user)}, or give it to the role that migrates`,
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
