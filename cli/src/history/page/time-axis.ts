import { scaleUtc } from 'd3-scale';
import { utcFormat } from 'd3-time-format';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Tick {
  readonly time: Date;
  readonly x: number;
  readonly label: string;
}

export interface TimeAxis {
  readonly place: (time: Date) => number;
  readonly ticks: readonly Tick[];
}

/**
 * An axis of UTC on which all times have room, in `width` units from `left`. One time alone stands in the middle of a
 * day.
 */
export function timeAxis(times: readonly Date[], left: number, width: number): TimeAxis {
  const all = times.map((time) => time.getTime());
  const first = all.reduce((a, b) => Math.min(a, b));
  const last = all.reduce((a, b) => Math.max(a, b));
  const margin = last === first ? DAY / 2 : (last - first) * 0.02;
  const scale = scaleUtc()
    .domain([new Date(first - margin), new Date(last + margin)])
    .range([left, left + width]);
  const chosen = ticksOf(scale, Math.floor(width / 130));
  const step = chosen[1] && chosen[0] ? chosen[1].getTime() - chosen[0].getTime() : DAY;
  return {
    place: (time) => scale(time),
    ticks: chosen.map((time, at) => ({
      ...{ time, x: scale(time) },
      label: labelOf(time, chosen[at - 1], step),
    })),
  };
}

/** At least two: one alone tells no distance. */
function ticksOf(scale: { ticks(count: number): Date[] }, wanted: number): Date[] {
  for (let count = Math.max(2, wanted); count < 10; count++) {
    const ticks = scale.ticks(count);
    if (ticks.length > 1) return ticks;
  }
  return scale.ticks(10);
}

const YEAR = utcFormat('%Y');
const MONTH = utcFormat('%b %Y');
const DATE = utcFormat('%-d %b');
const CLOCK = utcFormat('%H:%M');
const SECONDS = utcFormat('%H:%M:%S');

/** As short as the step allows; what changes seldom is said where it is new. */
function labelOf(time: Date, before: Date | undefined, step: number): string {
  if (step >= 300 * DAY) return YEAR(time);
  if (step >= 27 * DAY) return MONTH(time);
  const isNewYear = !before || YEAR(before) !== YEAR(time);
  const date = isNewYear ? `${DATE(time)} ${YEAR(time)}` : DATE(time);
  if (step >= DAY) return date;
  const clock = step < 60_000 ? SECONDS(time) : CLOCK(time);
  return before && DATE(before) === DATE(time) ? clock : `${DATE(time)}, ${clock}`;
}
