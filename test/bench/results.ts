import type { Entry, Results, Scene } from '../../bench/migrators/results';

/** Three rounds of which the second is the median. */
const costs = (wallMs: number, peakMb: number) =>
  [0.9, 1, 1.2].map((part) => ({ wallMs: wallMs * part, cpuMs: (wallMs * part) / 2, peakMb: peakMb * part }));

const entry = (tool: string, wallMs: number, peakMb: number, roundTrips: number): Entry => ({
  ...{ tool, roundTrips, costs: costs(wallMs, peakMb) },
});

export const SCENE: Scene = {
  ...{ case: 'nothing', title: 'nothing to do, 60 applied', roundTripMs: 10, floor: costs(40, 40) },
  entries: [
    entry('drizzle-gate', 200, 60, 8),
    entry('drizzle-orm migrate()', 300, 60, 11),
    entry('dbmate (npm)', 160, 44, 21),
    entry('dbmate (binary)', 100, 22, 21),
  ],
};

export const RESULTS: Results = {
  ...{
    date: '2026-02-03',
    machine: '2 cores',
    node: '20.20.2',
    postgres: '16.14',
    isDurable: true,
    rounds: 3,
  },
  tools: [
    { name: 'drizzle-gate', version: '0.1.0', role: 'runner' },
    { name: 'drizzle-orm migrate()', version: '0.45.4', role: 'peer' },
    { name: 'dbmate (npm)', version: '2.36.0', role: 'peer' },
    { name: 'dbmate (binary)', version: '2.36.0', role: 'beside' },
  ],
  scenes: [SCENE],
};
