import type { Session } from '../../database/session';
import type { Target } from './read-target';

/** Foreign keys from one table to another, between these. */
const KEYS = `
  select distinct c.conrelid::bigint::float8 as "from", c.confrelid::bigint::float8 as "to"
    from pg_catalog.pg_constraint c
   where c.contype = 'f' and c.conrelid <> c.confrelid
     and c.conrelid = any (pg_catalog.string_to_array($1, ',')::oid[])
     and c.confrelid = any (pg_catalog.string_to_array($1, ',')::oid[])`;

/**
 * Puts tables into the order in which rows can come back: what a foreign key points to, first. Tables that point to
 * each other stay together: in one statement, their foreign keys are checked when all rows are there.
 */
export async function orderTargets(session: Session, targets: readonly Target[]): Promise<Target[][]> {
  const keys = await session.query<{ from: number; to: number }>(KEYS, [
    targets.map(({ oid }) => oid).join(','),
  ]);
  return groupsInOrder(targets, (target) => {
    const referenced = new Set(keys.filter(({ from }) => from === target.oid).map(({ to }) => to));
    return targets.filter(({ oid }) => referenced.has(oid));
  });
}

/** Groups of what needs each other, each after the groups that it needs (Tarjan's strongly connected components). */
export function groupsInOrder<T>(items: readonly T[], needs: (item: T) => readonly T[]): T[][] {
  const groups: T[][] = [];
  const open: T[] = [];
  const place = new Map<T, number>();
  const lowest = new Map<T, number>();
  const visit = (item: T): number => {
    const own = place.size;
    place.set(item, own);
    lowest.set(item, own);
    open.push(item);
    for (const needed of needs(item)) {
      const reached = place.has(needed)
        ? open.includes(needed)
          ? place.get(needed)
          : undefined
        : visit(needed);
      lowest.set(item, Math.min(lowest.get(item) ?? own, reached ?? own));
    }
    const low = lowest.get(item) ?? own;
    if (low === own) groups.push(open.splice(open.indexOf(item)).reverse());
    return low;
  };
  for (const item of items) if (!place.has(item)) visit(item);
  return groups;
}
