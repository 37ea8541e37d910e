import type { FactBase } from '@supabase/pg-delta/core';
import type { Action } from '@supabase/pg-delta/plan';
import { attachPartitions } from './attached-partitions';
import { withColumnNeeds } from './column-needs';
import { columnsInPlace } from './columns-in-place';

/**
 * Plans the way from one state to another, in the order in which it can run; the columns of tables that are made have
 * the order that they had. Roles belong to the server and are no part of it; what belongs to `owner` belongs to whoever
 * runs the script.
 *
 * @throws Error where pg-delta knows no way.
 */
export async function planBack(from: FactBase, to: FactBase, owner: string): Promise<readonly Action[]> {
  const { plan } = await import('@supabase/pg-delta/plan');
  const planTo = (state: FactBase) =>
    plan(from, state, {
      ...{ scope: 'database', defaultOwner: owner, renames: 'off' },
      assumedRoles: [...rolesIn(from), ...rolesIn(to)],
    }).actions;
  const waiting = await withColumnNeeds(from, to);
  return attachPartitions(await columnsInPlace(firstThatWorks([waiting, to], planTo), to), to);
}

/** Tables that are made of several statements can wait for each other, which a look at the objects alone does not show. */
function firstThatWorks<T, R>([wanted, otherwise]: readonly [T, T], attempt: (value: T) => R): R {
  try {
    return attempt(wanted);
  } catch {
    return attempt(otherwise);
  }
}

function rolesIn(facts: FactBase): string[] {
  return facts.facts().flatMap(({ id }) => (id.kind === 'role' ? [id.name] : []));
}

/** A value that no enum has: one that would have to go makes pg-delta put a new type in the place of the old. */
const NO_LABEL = '\u0000';

/**
 * The same state, from which an enum that gets values back is replaced by a new type. PostgreSQL can add a value in a
 * transaction, but not use it before the commit.
 */
export async function withEnumsToReplace(from: FactBase, to: FactBase): Promise<FactBase> {
  const { buildFactBase } = await import('@supabase/pg-delta/core');
  const facts = from.facts().map((fact) => {
    const [now, then] = [fact.payload.values, to.get(fact.id)?.payload.values];
    if (fact.id.kind !== 'type' || !Array.isArray(now) || !Array.isArray(then)) return fact;
    const grows = then.some((value) => !now.includes(value));
    return grows ? { ...fact, payload: { ...fact.payload, values: [...now, NO_LABEL] } } : fact;
  });
  return buildFactBase(facts, [...from.edges], from.source);
}
