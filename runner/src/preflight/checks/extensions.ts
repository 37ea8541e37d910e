import { quoteIdentifier } from '../../sql/quote';
import { type Finding, pass, refuse, warn } from '../check';
import type { NeededFacts } from '../needed-facts';
import type { Needs } from '../needs';
import type { ServerFacts } from '../server-facts';

const CHECK = 'extensions';

/** Whether the extensions that pending statements create are on the server, and whether this role may install them. */
export function checkExtensions(server: ServerFacts, needs: Needs, facts: NeededFacts): Finding[] {
  const findings = needs.extensions.flatMap((need) => {
    const found = facts.extensions.find(({ name }) => name === need.name);
    return found ? judge(server, need, found, facts.managed) : [];
  });
  if (findings.length > 0 || needs.extensions.length === 0) return findings;
  return [pass(CHECK, `${needs.extensions.map(({ name }) => name).join(', ')} can be had`)];
}

function judge(
  { user, superuser, may_create_schemas, database }: ServerFacts,
  { name, at, ifNotExists, certain, version }: Needs['extensions'][number],
  found: NeededFacts['extensions'][number],
  managed: boolean,
): Finding[] {
  if (found.installed && certain) {
    // What is there already is not installed again, whoever asks.
    if (ifNotExists) return [];
    return [
      refuse(CHECK, 'PREFLIGHT', `${at} creates extension ${name}, which is installed already`, {
        remedy: 'write CREATE EXTENSION IF NOT EXISTS',
      }),
    ];
  }
  if (!found.available) {
    return [
      refuse(CHECK, 'PREFLIGHT', `${at} creates extension ${name}, which this server does not have`, {
        remedy:
          'install the package of the extension on the database server, or choose an image or a service that has it',
      }),
    ];
  }
  if (found.superuser === null) {
    return [
      refuse(
        CHECK,
        'PREFLIGHT',
        `${at} creates extension ${name} in version ${version}, which is not there`,
        {
          remedy: `take a version of SELECT version FROM pg_available_extension_versions WHERE name = '${name}'`,
        },
      ),
    ];
  }
  if (!certain || superuser || !found.superuser) return [];
  if (!found.trusted) {
    const message = `${at} creates extension ${name}, which only a superuser may install`;
    const remedy = `let an administrator run CREATE EXTENSION ${quoteIdentifier(name)} once in this database`;
    // Managed services let their own administrators do what PostgreSQL leaves to superusers.
    return managed ? [warn(CHECK, message, remedy)] : [refuse(CHECK, 'ACCESS', message, { remedy })];
  }
  if (may_create_schemas) return [];
  return [
    refuse(CHECK, 'ACCESS', `${at} creates extension ${name}, and that is not granted`, {
      remedy: `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(user)}`,
    }),
  ];
}
