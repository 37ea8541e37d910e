import type { Cost } from '../support/measure-process';
import { summarize } from '../support/statistics';
import type { Entry, Results, Scene } from './results';

/** One promise about the runner beside its peers, and how it was kept. */
export interface Verdict {
  readonly scene: string;
  readonly promise: string;
  /** The runner's median in parts of the other's. */
  readonly ratio: number;
  readonly limit: number;
  readonly isKept: boolean;
  /** An aim is only told; a promise that is missed fails the check. */
  readonly isAim: boolean;
}

interface Promised {
  readonly what: 'time' | 'peak memory';
  readonly limit: number;
  readonly than: string;
}

const DRIZZLE_ORM = 'drizzle-orm migrate()';
const FASTEST = 'the fastest peer';

/** What a run with nothing to do aims at: Node itself, so many round trips, and as long for the work. */
const AIM = { roundTrips: 8, workMs: 40 };

/** Judges what was measured; about scenes and peers that were left out nothing is said. */
export function judge(results: Results): readonly Verdict[] {
  return results.scenes.flatMap((scene) => [
    ...promisesFor(scene).flatMap((promised) => judgeOne(results, scene, promised)),
    ...judgeAim(results, scene),
  ]);
}

export function isMissed({ isKept, isAim }: Verdict): boolean {
  return !isKept && !isAim;
}

function promisesFor({ case: id, roundTripMs }: Scene): readonly Promised[] {
  const time = (limit: number, than: string) => ({ what: 'time', limit, than }) as const;
  return [
    ...(id === 'nothing' ? [time(0.7, DRIZZLE_ORM), time(1, 'dbmate (npm)')] : []),
    ...(id === '60' && roundTripMs >= 10 ? [time(0.15, DRIZZLE_ORM), time(0.3, FASTEST)] : []),
    ...(id === '200' ? [time(1, FASTEST)] : []),
    { what: 'peak memory', limit: 1, than: DRIZZLE_ORM },
  ];
}

function judgeOne(results: Results, scene: Scene, { what, limit, than }: Promised): Verdict[] {
  const median = ({ costs }: Entry) => medianOf(costs, what === 'time' ? 'wallMs' : 'peakMb');
  const [runner] = withRole(results, scene, 'runner').map(median);
  const others = withRole(results, scene, 'peer').filter(({ tool }) => than === FASTEST || tool === than);
  if (runner === undefined || others.length === 0) return [];
  const ratio = runner / Math.min(...others.map(median));
  const promise = `${what} at most ${limit} × ${than}`;
  return [{ scene: sceneTitle(scene), promise, ratio, limit, isKept: ratio <= limit, isAim: false }];
}

function judgeAim(results: Results, scene: Scene): Verdict[] {
  const [runner] = withRole(results, scene, 'runner');
  if (scene.case !== 'nothing' || !runner) return [];
  const { roundTrips, workMs } = AIM;
  const aim = medianOf(scene.floor, 'wallMs') + roundTrips * scene.roundTripMs + workMs;
  const ratio = medianOf(runner.costs, 'wallMs') / aim;
  const promise = `aim: time of node -e 0, ${roundTrips} round trips and ${workMs} ms`;
  return [{ scene: sceneTitle(scene), promise, ratio, limit: 1, isKept: ratio <= 1, isAim: true }];
}

function withRole({ tools }: Results, { entries }: Scene, role: string): readonly Entry[] {
  return entries.filter(({ tool }) => tools.some((each) => each.name === tool && each.role === role));
}

function medianOf(costs: readonly Cost[], value: keyof Cost): number {
  return summarize(costs.map((cost) => cost[value])).median;
}

export function sceneTitle({ title, roundTripMs }: Scene): string {
  return `${title}, ${roundTripMs} ms round trip`;
}
