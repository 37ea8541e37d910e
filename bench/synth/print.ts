import { type Apps, type Growth, ratioOf } from './judge';
import type { Usage } from './measure';
import type { Share } from './share';

const whole = (value: number | undefined) => Math.round(value ?? Number.NaN);
const tenths = (value: number) => Number(value.toFixed(1));
const hundredths = (value: number) => Number(value.toFixed(2));

export function printApps(apps: readonly Apps[], names: readonly string[]): void {
  const [empty = '', configMap = ''] = names;
  for (const each of apps) {
    console.log(`\n${each.way}`);
    console.table(
      Object.fromEntries(
        names.map((name) => {
          const usage = each.usages.get(name);
          return [
            name,
            {
              'wall ms': whole(usage?.wallMs),
              'CPU ms': whole(usage?.cpuMs),
              'peak MB': whole(usage?.peakMb),
              'x App and Chart': hundredths(ratioOf(each, name, empty)),
              'x ConfigMap': hundredths(ratioOf(each, name, configMap)),
            },
          ];
        }),
      ),
    );
  }
}

export function printGrowth(
  growth: readonly Growth[],
  perService: (counts: readonly number[], usages: readonly Usage[], index: number) => number,
): void {
  console.log('\nservices: wall ms, CPU ms of each after the first, peak MB');
  console.table(
    Object.fromEntries(
      growth.map(({ shape, counts, usages, ratio }) => [
        shape.title,
        {
          ...Object.fromEntries(counts.map((count, index) => [count, whole(usages[index]?.wallMs)])),
          'few: ms each': tenths(perService(counts, usages, 1)),
          'many: ms each': tenths(perService(counts, usages, 2)),
          'many / few': hundredths(ratio),
          'peak MB': whole(usages.at(-1)?.peakMb),
        },
      ]),
    ),
  );
}

export function printShare({ self, inclusive }: Share): void {
  console.log("\nan App for each of 300 services: whose code takes the CPU's time, in percent");
  console.table(Object.fromEntries([...self].map(([owner, percent]) => [owner, tenths(percent)])));
  console.log(`drizzle-gate with all that it calls: ${tenths(inclusive)}`);
}
