import type { Summary } from '../../support/statistics';
import type { Row } from './rows';

export const HEADINGS = ['', 'time in ms', '× ours', 'CPU in ms', 'peak in MB', 'round trips'] as const;

/** A row's cells under the headings, the same on the terminal and in the page. */
export function cellsOf({ name, wallMs, ratio, cpuMs, peakMb, roundTrips }: Row): readonly string[] {
  return [
    name,
    withRange(wallMs),
    ratio === undefined ? '' : ratio.toFixed(2),
    withRange(cpuMs),
    peakMb.median.toFixed(0),
    roundTrips === undefined ? '' : String(roundTrips),
  ];
}

function withRange({ median, min, max }: Summary): string {
  return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
}
