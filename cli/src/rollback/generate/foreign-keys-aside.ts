import type { Fact, FactBase } from '@supabase/pg-delta/core';
import { quoteIdentifier } from '../../../../runner/src/sql/quote';
import { qualified } from './fact-names';
import type { TypeChange } from './type-changes';
import { parseTypeName } from './type-name';

export interface WithoutKeys {
  /** The state without them, from which a plan makes them again once both sides have their type. */
  readonly facts: FactBase;
  readonly statements: readonly string[];
}

/** Takes foreign keys away whose columns get another type: between the two changes nothing could compare them. */
export async function withoutRetypedKeys(
  from: FactBase,
  to: FactBase,
  changes: readonly TypeChange[],
): Promise<WithoutKeys> {
  const retyped = changes.filter(
    (change) => parseTypeName(change.from).base !== parseTypeName(change.to).base,
  );
  const keys = new Map<Fact, string>();
  for (const { column } of retyped) {
    for (const { from: id } of from.incomingEdges(column.id)) {
      const fact = from.get(id);
      if (id.kind !== 'constraint' || fact?.payload.type !== 'f' || !to.has(id)) continue;
      keys.set(
        fact,
        `ALTER TABLE ${qualified(id.schema, id.table)} DROP CONSTRAINT ${quoteIdentifier(id.name)}`,
      );
    }
  }
  if (keys.size === 0) return { facts: from, statements: [] };
  const { buildFactBase, encodeId } = await import('@supabase/pg-delta/core');
  const gone = new Set([...keys.keys()].map(({ id }) => encodeId(id)));
  const kept = from
    .facts()
    .filter(({ id, parent }) => !gone.has(encodeId(id)) && !(parent && gone.has(encodeId(parent))));
  return { facts: buildFactBase(kept, [...from.edges], from.source), statements: [...keys.values()].sort() };
}
