import type { AbstractPod } from 'cdk8s-plus-28';
import { type Problems, shown } from '../problems';

/** What gates have made of a workload so far. cdk8s-plus only appends, and patches move. */
interface Placed {
  /** Names of the init containers, in the order of the manifest. */
  order: string[];
  /** How many of these are of gates that stand first. */
  first: number;
  /** Volumes that no container mounts. */
  readonly volumes: Set<string>;
}

const placedIn = new WeakMap<AbstractPod, Placed>();

function placedOf(workload: AbstractPod): Placed {
  const known = placedIn.get(workload) ?? { order: [], first: 0, volumes: new Set<string>() };
  placedIn.set(workload, known);
  const added = workload.initContainers.map(({ name }) => name).filter((name) => !known.order.includes(name));
  known.order.push(...added);
  return known;
}

/** Where the next containers of a gate belong; a fault goes to `problems`. */
export function placeFor(problems: Problems, workload: AbstractPod, after: string | undefined): number {
  const { order, first } = placedOf(workload);
  if (after === undefined) return first;
  if (!order.includes(after)) {
    const known = order.map(shown).join(', ') || 'none';
    problems.add(
      'after',
      `${shown(after)} is no init container of the workload, which has ${known}; add it before the gate`,
    );
  }
  return order.indexOf(after) + 1;
}

/** Notes that the last containers of the workload stand at `place`, and gives the moves that take them there. */
export function placeLast(
  workload: AbstractPod,
  names: readonly string[],
  place: number,
): { readonly from: number; readonly to: number }[] {
  const placed = placedOf(workload);
  const from = placed.order.length - names.length;
  placed.order = placed.order.slice(0, from);
  placed.order.splice(place, 0, ...names);
  if (place <= placed.first) placed.first += names.length;
  return names
    .map((_, index) => ({ from: from + index, to: place + index }))
    .filter((move) => move.from !== move.to);
}

/** Whether this is the first gate that needs the volume. */
export function isFirstToNeed(workload: AbstractPod, volume: string): boolean {
  const { volumes } = placedOf(workload);
  return !volumes.has(volume) && Boolean(volumes.add(volume));
}
