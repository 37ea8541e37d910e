import { EMPTY, REFERENCE, type Shape, type Way } from './cases';
import type { Usage } from './measure';

/** How much longer the reference app may take than an empty one, both with the command that people run. */
const MOST = 1.5;
const JUDGED: Way = 'cdk8s synth';
/** How much longer one of many services may take than one of few. */
const MOST_GROWTH = 1.2;

export interface Apps {
  readonly way: Way;
  readonly usages: ReadonlyMap<string, Usage>;
}

export interface Growth {
  readonly shape: Shape;
  readonly counts: readonly number[];
  /** One for each count. */
  readonly usages: readonly Usage[];
  /** CPU time of one of the most services, over that of one of the fewer: 1 is linear, below it is Node warming up. */
  readonly ratio: number;
}

/** CPU milliseconds of each service after the first, so that start and loading do not count. */
export function perService(counts: readonly number[], usages: readonly Usage[], index: number): number {
  const [start] = usages;
  const at = usages[index];
  const services = (counts[index] ?? 0) - (counts[0] ?? 0);
  return start && at ? (at.cpuMs - start.cpuMs) / services : Number.NaN;
}

export function linearity(counts: readonly number[], usages: readonly Usage[]): { readonly ratio: number } {
  return { ratio: perService(counts, usages, 2) / perService(counts, usages, 1) };
}

/** How one app's CPU time stands to another's. */
export function ratioOf({ usages }: Apps, name: string, to: string): number {
  return (usages.get(name)?.cpuMs ?? Number.NaN) / (usages.get(to)?.cpuMs ?? Number.NaN);
}

/** Every judged ratio that is missed, in words. */
export function judge(apps: readonly Apps[], growth: readonly Growth[]): string[] {
  const slow = apps
    .filter(({ way }) => way === JUDGED)
    .map((each) => ratioOf(each, REFERENCE, EMPTY))
    .filter((ratio) => !(ratio < MOST))
    .map(
      (ratio) => `${JUDGED}: the reference app takes ${ratio.toFixed(2)} x an empty one, not under ${MOST} x`,
    );
  const steep = growth
    .filter(({ ratio }) => !(ratio <= MOST_GROWTH))
    .map(({ shape, ratio }) => `${shape.title}: grows by ${ratio.toFixed(2)}, not at most ${MOST_GROWTH}`);
  return [...slow, ...steep];
}
