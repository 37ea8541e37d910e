import { type Finding, refuse } from '../check';
import type { NeededFacts } from '../needed-facts';
import type { Needs } from '../needs';

/** Roles that pending statements create and that are there: they belong to the whole cluster, not to this database. */
export function checkRoles(needs: Needs, facts: NeededFacts): Finding[] {
  return needs.roles
    .filter(({ name }) => facts.roles.includes(name))
    .map(({ name, at }) =>
      refuse('roles', 'PREFLIGHT', `${at} creates role ${name}, which exists already in this cluster`, {
        remedy: 'create roles apart from migrations, or in a DO block that looks into pg_roles first',
      }),
    );
}
