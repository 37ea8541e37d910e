import type { DependencyEdge, Fact, FactBase, StableId } from '@supabase/pg-delta/core';
import { isTable } from './fact-names';

/**
 * The same state, in which each table that has to be made waits for what its columns are written with: the functions of
 * defaults, types, sequences. By itself pg-delta makes the table first, and a column that has to wait comes last in it.
 * What waits for the table itself stays out of it.
 */
export async function withColumnNeeds(from: FactBase, to: FactBase): Promise<FactBase> {
  const { buildFactBase, encodeId } = await import('@supabase/pg-delta/core');
  /** Of each table, by the key of what it waits for. */
  const added = new Map<string, Map<string, DependencyEdge>>();
  const reaches = (start: StableId, goal: string): boolean => {
    const seen = new Set<string>();
    const open = [start];
    for (let id = open.pop(); id; id = open.pop()) {
      const key = encodeId(id);
      if (key === goal) return true;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(...needsOf(id, to), ...[...(added.get(key)?.values() ?? [])].map((edge) => edge.to));
      const parent = to.get(id)?.parent;
      if (parent) open.push(parent);
    }
    return false;
  };
  for (const table of to.facts()) {
    if (!isTable(table) || from.has(table.id)) continue;
    const edges = new Map<string, DependencyEdge>();
    added.set(encodeId(table.id), edges);
    for (const need of needsOfColumns(table, to)) {
      const key = encodeId(need);
      if (edges.has(key) || reaches(need, encodeId(table.id))) continue;
      edges.set(key, { from: table.id, to: need, kind: 'depends' });
    }
  }
  const waits = [...added.values()].flatMap((edges) => [...edges.values()]);
  return waits.length === 0 ? to : buildFactBase(to.facts(), [...to.edges, ...waits], to.source);
}

/** A partitioned table is made with its columns anyway, and a partition has those of its parent. */
function needsOfColumns({ id, payload }: Fact, to: FactBase): StableId[] {
  if (payload.partitionKey != null || payload.partitionBound != null) return [];
  return to
    .childrenOf(id)
    .flatMap((column) => (column.id.kind === 'column' ? needsOfColumn(column, to) : []));
}

function needsOfColumn({ id }: Fact, to: FactBase): StableId[] {
  return [id, ...defaultOf(id, to)].flatMap((part) => needsOf(part, to));
}

/** What an object is written with. */
export function needsOf(id: StableId, to: FactBase): StableId[] {
  return to
    .outgoingEdges(id)
    .filter(({ kind }) => kind === 'depends')
    .map((edge) => edge.to);
}

/** The default of a column, if it has one. */
export function defaultOf(column: StableId, to: FactBase): StableId[] {
  return to.childrenOf(column).flatMap(({ id }) => (id.kind === 'default' ? [id] : []));
}
