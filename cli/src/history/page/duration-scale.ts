import { scaleLog } from 'd3-scale';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Values that people know, about ten times apart. */
const STEPS: readonly (readonly [ms: number, label: string])[] = [
  ...([
    [1, '1 ms'],
    [10, '10 ms'],
    [100, '100 ms'],
    [1000, '1 s'],
    [10_000, '10 s'],
  ] as const),
  ...([
    [MINUTE, '1 min'],
    [10 * MINUTE, '10 min'],
    [HOUR, '1 h'],
    [10 * HOUR, '10 h'],
  ] as const),
  ...([
    [4 * DAY, '4 d'],
    [40 * DAY, '40 d'],
    [400 * DAY, '400 d'],
  ] as const),
];

export interface DurationScale {
  /** Percent of the width, from 0. */
  readonly percent: (ms: number) => number;
  readonly ticks: readonly { readonly percent: number; readonly label: string }[];
}

/**
 * A logarithmic scale from a millisecond to just above the longest: with any other, a migration of minutes makes those of
 * milliseconds vanish.
 */
export function durationScale(longestMs: number): DurationScale {
  const found = STEPS.findIndex(([ms]) => ms >= longestMs);
  const steps = STEPS.slice(0, Math.max(3, found === -1 ? STEPS.length : found + 1));
  const scale = scaleLog()
    .domain([1, steps.at(-1)?.[0] ?? 1000])
    .range([0, 100])
    .clamp(true);
  const percent = (ms: number) => Math.round(scale(Math.max(1, ms)) * 10) / 10;
  return { percent, ticks: steps.map(([ms, label]) => ({ percent: percent(ms), label })) };
}
