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
}

interface Promised {
  readonly what: 'time' | 'peak memory';
  readonly limit: number;
  readonly than: string;
}

const DRIZZLE_ORM = 'drizzle-orm migrate()';
const FASTEST = 'the fastest peer';

/** Judges what was measured; about scenes and peers that were left out nothing is said. */
export function judge(results: Results): readonly Verdict[] {
  return results.scenes.flatMap((scene) =>
    promisesFor(scene).flatMap((promised) => judgeOne(results, scene, promised)),
  );
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
  const median = ({ costs }: Entry) =>
    summarize(costs.map(({ wallMs, peakMb }) => (what === 'time' ? wallMs : peakMb))).median;
  const having = (role: string) =>
    scene.entries.filter(({ tool }) =>
      results.tools.some((each) => each.name === tool && each.role === role),
    );
  const [runner] = having('runner').map(median);
  const others = having('peer').filter(({ tool }) => than === FASTEST || tool === than);
  if (runner === undefined || others.length === 0) return [];
  const ratio = runner / Math.min(...others.map(median));
  const promise = `${what} at most ${limit} × ${than}`;
  return [{ scene: sceneTitle(scene), promise, ratio, limit, isKept: ratio <= limit }];
}

export function sceneTitle({ title, roundTripMs }: Scene): string {
  return `${title}, ${roundTripMs} ms round trip`;
}
