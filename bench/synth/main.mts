import { cpus } from 'node:os';
import { readOptions, readRounds } from '../support/read-options';
import { appCases, CONFIG_MAP, EMPTY, LINEAR, QUADRATIC, REFERENCE, servicesCase, WAYS } from './cases';
import { judge, linearity, perService } from './judge';
import { medians } from './measure';
import { printApps, printGrowth, printShare } from './print';
import { shareOf } from './share';
import { withWorkspace } from './workspace';

const COUNTS = [1, 100, 1000] as const;

const USAGE = 'usage: npm run bench:synth -- [--rounds N] [--json] [--check] [--only apps|services]';

const values = readOptions(USAGE, {
  rounds: { type: 'string', default: '7' },
  json: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  only: { type: 'string' },
});
const rounds = readRounds(values.rounds, USAGE);
/** What takes many times as long is run less often. */
const fewer = Math.max(1, Math.ceil(rounds / 3));

const isOnly = (part: string) => values.only === undefined || values.only === part;

await withWorkspace(isOnly('services') ? COUNTS[2] : 0, async (workspace) => {
  const { outdir } = workspace;
  const apps = [];
  for (const way of isOnly('apps') ? WAYS : []) {
    const usages = await medians(appCases(workspace, way), way === 'compiled' ? rounds : fewer, outdir);
    apps.push({ way, usages });
  }
  const growth = [];
  for (const shape of isOnly('services') ? LINEAR : []) {
    const cases = COUNTS.map((count) => servicesCase(workspace, shape, count));
    const usages = [...(await medians(cases, fewer, outdir)).values()];
    growth.push({ shape, counts: COUNTS, usages, ...linearity(COUNTS, usages) });
  }
  const counts = [1, 100, 300] as const;
  for (const shape of isOnly('services') ? QUADRATIC : []) {
    const cases = counts.map((count) => servicesCase(workspace, shape, count));
    const usages = [...(await medians(cases, 1, outdir)).values()];
    growth.push({ shape, counts, usages, ...linearity(counts, usages) });
  }
  const [first] = LINEAR;
  const share = first && isOnly('services') && shareOf(servicesCase(workspace, first, 300), outdir);
  const problems = judge(apps, growth.slice(0, LINEAR.length));

  if (values.json) {
    const plain = (map: ReadonlyMap<string, unknown>) => Object.fromEntries(map);
    console.log(
      JSON.stringify(
        {
          ...{ node: process.version, cores: cpus().length, rounds, problems, growth },
          apps: apps.map(({ way, usages }) => ({ way, usages: plain(usages) })),
          share: share && { inclusive: share.inclusive, self: plain(share.self) },
        },
        undefined,
        2,
      ),
    );
  } else {
    console.log(`Node ${process.version}, ${cpus().length} cores, medians of ${rounds} or ${fewer} runs`);
    printApps(apps, [EMPTY, CONFIG_MAP, REFERENCE]);
    if (growth.length > 0) printGrowth(growth, perService);
    if (share) printShare(share);
    console.log(problems.length === 0 ? 'held' : problems.join('\n'));
  }
  if (values.check && problems.length > 0) process.exitCode = 1;
});
