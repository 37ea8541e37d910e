import type { Cost } from '../../support/measure-process';
import { type Summary, summarize } from '../../support/statistics';
import type { Results, Scene } from '../results';

/** What one tool took in one scene, as it is shown. */
export interface Row {
  readonly name: string;
  readonly isRunner: boolean;
  /** What Node alone takes. */
  readonly isFloor: boolean;
  readonly wallMs: Summary;
  readonly cpuMs: Summary;
  readonly peakMb: Summary;
  readonly roundTrips: number | undefined;
  /** Its time in parts of the runner's, where the runner was measured. */
  readonly ratio: number | undefined;
}

const FLOOR_NAME = 'node -e 0';

/** The tools of a scene, and below them what Node alone takes. */
export function rowsOf(results: Results, { entries, floor }: Scene): readonly Row[] {
  const runner = results.tools.find(({ role }) => role === 'runner')?.name;
  const rows = [
    ...entries.map(({ tool, costs, roundTrips }) => ({ name: tool, costs, roundTrips })),
    { name: FLOOR_NAME, costs: floor, roundTrips: undefined },
  ].map(({ name, costs, roundTrips }) => ({
    ...{ name, roundTrips, isRunner: name === runner, isFloor: name === FLOOR_NAME },
    ...{ wallMs: of(costs, 'wallMs'), cpuMs: of(costs, 'cpuMs'), peakMb: of(costs, 'peakMb') },
  }));
  const own = rows.find(({ isRunner }) => isRunner)?.wallMs.median;
  return rows.map((row) => ({ ...row, ratio: own === undefined ? undefined : row.wallMs.median / own }));
}

function of(costs: readonly Cost[], value: keyof Cost): Summary {
  return summarize(costs.map((cost) => cost[value]));
}
