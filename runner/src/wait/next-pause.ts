const FIRST_MS = 1000;
const LONGEST_MS = 5000;
const GROWTH = 1.5;
/** Replicas that start together must not come back together. */
const JITTER = 0.2;

/** Milliseconds until the next look. */
export function nextPause(attempt: number, random: () => number = Math.random): number {
  const pause = Math.min(FIRST_MS * GROWTH ** (attempt - 1), LONGEST_MS);
  return pause * (1 - JITTER + 2 * JITTER * random());
}
