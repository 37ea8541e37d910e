import { type Finding, refuse } from '../check';
import type { NeededFacts } from '../needed-facts';
import type { Needs } from '../needs';

/** Roles that pending statements create although they are there, or use although they are not: they belong to the whole cluster, not to this database. */
export function checkRoles(needs: Needs, facts: NeededFacts): Finding[] {
  const created = needs.roles
    .filter(({ name }) => facts.roles.includes(name))
    .map(({ name, at }) =>
      refuse('roles', 'PREFLIGHT', `${at} creates role ${name}, which exists already in this cluster`, {
        remedy: 'create roles apart from migrations, or in a DO block that looks into pg_roles first',
      }),
    );
  const used = needs.usedRoles
    .filter(({ name }) => !facts.roles.includes(name))
    .map(({ name, at }) =>
      refuse('roles', 'PREFLIGHT', `${at} names role ${name}, which does not exist in this cluster`, {
        remedy:
          'create the role apart from migrations before this deployment, or take it out of the statement',
      }),
    );
  return [...created, ...used];
}
