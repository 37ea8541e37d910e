import type { Fact, FactBase, StableId } from '@supabase/pg-delta/core';
import { ownerOf } from './fact-names';

/** With this every table of the runner's own begins. */
const STATE_PREFIX = '__drizzle_gate_';

/** Where Drizzle and the runner keep what they know; no rollback script may touch it. */
export interface HistoryPlace {
  readonly schema: string;
  readonly table: string;
}

export function historyPlace({ MIGRATIONS_SCHEMA, MIGRATIONS_TABLE }: NodeJS.ProcessEnv): HistoryPlace {
  return { schema: MIGRATIONS_SCHEMA || 'drizzle', table: MIGRATIONS_TABLE || '__drizzle_migrations' };
}

/**
 * The facts of the application alone. The tables of the history are left out, and what `owner` may do with what it owns:
 * elsewhere the owner has another name, and the same rights without being granted them.
 *
 * @param later a state after this one. The first run makes the schema of the history, which must not look like a part
 *   of the first migration: a state from before that gets it, too.
 */
export async function applicationFacts(
  facts: FactBase,
  place: HistoryPlace,
  owner: string,
  later?: FactBase,
): Promise<FactBase> {
  const { buildFactBase } = await import('@supabase/pg-delta/core');
  const own: IsOwn = (name) => name === place.table || name.startsWith(STATE_PREFIX);
  const kept = facts
    .facts()
    .filter((fact) => !isOfHistory(fact, facts, place.schema, own))
    .filter(({ id }) => id.kind !== 'acl' || id.grantee !== owner);
  const schema: StableId = { kind: 'schema', name: place.schema };
  if (!later || facts.has(schema)) return buildFactBase(kept, [...facts.edges], facts.source);
  const made = later.facts().filter((fact) => {
    const isItself = fact.id.kind === 'schema' && fact.id.name === place.schema;
    const target = 'target' in fact.id ? fact.id.target : undefined;
    return isItself || (target?.kind === 'schema' && target.name === place.schema);
  });
  const edges = made.flatMap(({ id }) => later.outgoingEdges(id));
  const shown = made.filter(({ id }) => id.kind !== 'acl' || id.grantee !== owner);
  return buildFactBase([...kept, ...shown], [...facts.edges, ...edges], facts.source);
}

type IsOwn = (table: string) => boolean;

function isOfHistory(fact: Fact, facts: FactBase, schema: string, own: IsOwn): boolean {
  const concerns = (id: StableId | undefined): boolean => {
    if (id === undefined) return false;
    if ('target' in id && concerns(id.target)) return true;
    if ('schema' in id && id.schema === schema) {
      if (id.kind === 'table' && own(id.name)) return true;
      if ('table' in id && own(id.table)) return true;
    }
    const found = facts.get(id);
    const owner = ownerOf(found);
    if (owner?.schema === schema && own(owner.table)) return true;
    return concerns(found?.parent);
  };
  return concerns(fact.id);
}
