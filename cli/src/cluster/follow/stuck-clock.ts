import type { FollowTarget, Graces } from './follow-options';
import type { Stuck } from './job-result';
import { remedyFor } from './stuck-remedies';
import type { StuckSign } from './stuck-signs';

/** What keeps coming and going, as a pull that is tried again, counts from its first time. */
const FLAP_MS = 5000;

interface Sighting {
  readonly since: number;
  readonly last: number;
}

/** Measures how long each sign has been there without a break, by the clock of this machine: that of the cluster may differ. */
export class StuckClock {
  #sightings = new Map<string, Sighting>();

  constructor(
    readonly target: FollowTarget,
    readonly graces: Graces,
  ) {}

  /** The first sign whose grace is over at `now` (milliseconds). */
  check(signs: readonly StuckSign[], now: number): Stuck | undefined {
    const current = new Map([...this.#sightings].filter(([, { last }]) => now - last < FLAP_MS));
    let stuck: Stuck | undefined;
    for (const { kind, uid, message, isFinal = false } of signs) {
      const key = `${kind} ${uid}`;
      const since = current.get(key)?.since ?? now;
      current.set(key, { since, last: now });
      const isOver = isFinal || now - since >= this.graces[kind];
      if (isOver) stuck ??= { kind, message, remedy: remedyFor(kind, this.target, isFinal) };
    }
    this.#sightings = current;
    return stuck;
  }
}
