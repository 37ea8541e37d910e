import type { FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';

/**
 * Plans the way from one state to another, in the order in which it can run. Roles belong to the server and are no part
 * of it; what belongs to `owner` belongs to whoever runs the script.
 *
 * @throws Error where pg-delta knows no way.
 */
export async function planBack(from: FactBase, to: FactBase, owner: string): Promise<readonly Action[]> {
  const { plan } = await import('@supabase/pg-delta/plan');
  return plan(from, to, {
    ...{ scope: 'database', defaultOwner: owner, renames: 'off' },
    assumedRoles: [...rolesIn(from), ...rolesIn(to)],
  }).actions;
}

function rolesIn(facts: FactBase): string[] {
  return facts.facts().flatMap(({ id }) => (id.kind === 'role' ? [id.name] : []));
}
