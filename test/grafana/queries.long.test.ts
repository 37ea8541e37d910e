import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, askAnnotation, askVariable, type Choice, type DashboardFile } from './grafana';
import { type Answer, type Prometheus, withPrometheus } from './prometheus';
import { SCRAPE, samples, WAYS } from './samples';
import { endOf, isFailed, isRunning, NOW, outcomeOf, type SampleRun, WEEK } from './week';

const DAY = 86_400;
const FILE = join(process.cwd(), 'lib/internal/monitoring/dashboard.json');
const dashboard = JSON.parse(readFileSync(FILE, 'utf8')) as DashboardFile;
const runnerPanels = dashboard.panels.filter(({ description }) => description?.includes('of the runner'));

let prometheus: Prometheus;
let stop: () => void;
let ended: Promise<void>;
beforeAll(async () => {
  await new Promise<void>((ready, failed) => {
    ended = withPrometheus(samples(), (started) => {
      prometheus = started;
      ready();
      return new Promise<void>((resolve) => {
        stop = resolve;
      });
    });
    ended.catch(failed);
  });
}, 120_000);
afterAll(async () => {
  stop();
  await ended;
});

const choice = (cluster: string, days = 7): Choice => ({
  ...{ from: NOW - days * DAY, to: NOW, variables: { cluster } },
});

async function answers(title: string, refId: string, chosen: Choice): Promise<Answer[]> {
  const panel = dashboard.panels.find((one) => one.title === title);
  const target = panel?.targets?.find((one) => one.refId === refId);
  if (!panel || !target) throw new Error(`${title} has no query ${refId}`);
  return ask(prometheus, panel, target, chosen);
}

async function value(title: string, chosen: Choice): Promise<number | undefined> {
  const found = await answers(title, 'A', chosen);
  expect(found.length).toBeLessThan(2);
  return found[0]?.points[0]?.[1];
}

/** Sum over all points of each series. */
async function sums(title: string, refId: string, chosen: Choice, ...labels: string[]) {
  const found = await answers(title, refId, chosen);
  const sum = ({ points }: Answer) => points.reduce((total, [, number]) => total + number, 0);
  const named = found.map((one) => [labels.map((label) => one.metric[label]).join(' '), sum(one)] as const);
  return Object.fromEntries(named.filter(([, total]) => total > 0));
}

const jobs = (namespace?: string) => WEEK.filter((job) => !namespace || job.namespace === namespace);
const runs = jobs().flatMap((job) => job.runs);
const isOver = ({ exitCode }: SampleRun) => exitCode !== undefined;

function counted<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

describe('Jobs, as kube-state-metrics tells of them', () => {
  const chosen = choice(WAYS.INSTANCES);

  test('numbers of now', async () => {
    expect(await value('Running Jobs', chosen)).toBe(1);
    expect(await value('Longest running', chosen)).toBe(1802);
    expect(await value('Failed Jobs', chosen)).toBe(1);
    const completions = jobs().filter((job) => !isFailed(job) && !isRunning(job));
    const last = Math.max(...completions.map((job) => Math.max(...job.runs.map(endOf))));
    expect(await value('Last success', chosen)).toBe(Math.floor(last + 2) * 1000);
  });

  test('before the failure, and while nothing runs', async () => {
    const earlier = { ...chosen, from: NOW - 3 * DAY, to: NOW - 14 * 3600 };
    expect(await value('Running Jobs', earlier)).toBe(0);
    expect(await value('Longest running', earlier)).toBeUndefined();
    expect(await value('Failed Jobs', earlier)).toBe(0);
  });

  test('the newest Job of each namespace changes its state', async () => {
    const found = await answers('Newest Job of each namespace', 'A', chosen);
    const at = (namespace: string, hoursAgo: number) =>
      found
        .find(({ metric }) => metric.namespace === namespace)
        ?.points.findLast(([time]) => time <= NOW - hoursAgo * 3600)?.[1];
    expect([at('shop', 95.5), at('shop', 90), at('shop', 0)]).toEqual([3, 1, 3]);
    expect([at('billing', 100), at('billing', 0)]).toEqual([1, 2]);
    expect([at('shop-staging', 71), at('shop-staging', 69)]).toEqual([2, 1]);
  });

  test('each Job ended once', async () => {
    const over = jobs().filter((job) => !isRunning(job));
    const failures = over.filter(isFailed).length;
    expect(await sums('Jobs that ended', 'A', chosen)).toEqual({ '': over.length - failures });
    expect(await sums('Jobs that ended', 'B', chosen)).toEqual({ '': failures });
  });

  test('durations, of Jobs that ended and of the one that runs', async () => {
    const found = await answers('Duration of Jobs', 'A', chosen);
    const longest = Math.max(...found.flatMap(({ points }) => points.map(([, seconds]) => seconds)));
    // Twelve minutes between the attempts, and the second took 1,481 s.
    expect(longest).toBe(12 * 60 + 1481 + 4 + 4);
    const running = await answers('Duration of Jobs', 'B', choice(WAYS.INSTANCES, 0.25));
    expect(running.map(({ metric, points }) => [metric.namespace, points.at(-1)?.[1]])).toEqual([
      ['shop', 1802],
    ]);
  });

  test('the table has each Job that is kept, with its failed pods', async () => {
    const table = await Promise.all(['A', 'B', 'C', 'D'].map((refId) => answers('Jobs', refId, chosen)));
    const [states = [], started = [], took = [], failed = []] = table;
    const of = (list: readonly Answer[], name: string) =>
      list.find(({ metric }) => metric.job_name === name)?.points[0]?.[1];
    expect(states.length).toBe(8);
    expect(started.length).toBe(8);
    const row = (name: string) => [states, took, failed].map((list) => of(list, name));
    expect(row('db-migration-1f')).toEqual([3, 1802, 0]);
    expect(row('db-migration-2b')).toEqual([2, undefined, 1]);
    expect(row('db-migration-5z')).toEqual([1, 732, 1]);
  });
});

describe.each([
  ['a collector that knows pods apart', WAYS.INSTANCES],
  ['a collector that does not', WAYS.COLLECTOR],
  ['a Pushgateway', WAYS.PUSHGATEWAY],
])('runs, through %s', (_, cluster) => {
  const key = ({ command, ...run }: SampleRun) => `${command} ${outcomeOf({ command, ...run })}`;
  const isChange = ({ command }: SampleRun) => command === 'migrate' || command === 'rollback';

  test.each([7, 3, 1])('every run of %i days is counted once', async (days) => {
    const chosen = choice(cluster, days);
    const shown = runs.filter(isOver).filter((run) => endOf(run) > chosen.from);
    expect(await sums('Runs', 'A', chosen, 'command', 'outcome')).toEqual(
      counted(shown.filter(isChange), key),
    );
    const refusals = shown.filter((run) => !isChange(run) && run.exitCode !== 0);
    expect(await sums('Runs', 'B', chosen, 'command', 'outcome')).toEqual(counted(refusals, key));
    const failures = shown.filter(({ exitCode }) => exitCode !== 0).length;
    expect(await value('Failed runs', chosen)).toBe(failures);
  });

  test('each run has its duration where it ended', async () => {
    const found = await answers('Duration of runs', 'A', choice(cluster));
    const points = found.flatMap((one) => one.points).filter(([time]) => time > NOW - 6.9 * DAY);
    const expected = runs.filter((run) => isOver(run) && isChange(run));
    expect(points.map(([, seconds]) => seconds).sort()).toEqual(expected.map((run) => run.seconds).sort());
    const slow = points.find(([, seconds]) => seconds === 1481);
    const end = endOf(
      expected.find(({ seconds }) => seconds === 1481) ?? expected[0] ?? (runs[0] as SampleRun),
    );
    expect(slow?.[0]).toBeGreaterThanOrEqual(end);
    expect(slow?.[0]).toBeLessThan(end + 1800 + SCRAPE);
  });

  test('each database stands where its last run left it', async () => {
    const place = ({ metric }: Answer) => `${metric.deployment_environment_name} ${metric.db_namespace}`;
    const chosen = choice(cluster);
    const table = await Promise.all(
      ['A', 'B', 'C', 'D'].map((refId) => answers('Schema version of each database', refId, chosen)),
    );
    const [versions = [], applied = [], pending = [], last = []] = table;
    const of = (list: readonly Answer[], show: (answer: Answer) => unknown) =>
      Object.fromEntries(list.map((one) => [place(one), show(one)]));
    const number = ({ points }: Answer) => points[0]?.[1];
    expect(of(applied, number)).toEqual({
      ...{ 'production billing': 7, 'production shop': 15, 'staging shop': 15 },
    });
    expect(of(pending, number)).toEqual({
      ...{ 'production billing': 1, 'production shop': 0, 'staging shop': 0 },
    });
    expect(await value('Pending migrations', chosen)).toBe(1);
    // Where pods look the same, two migrations with the same number can't be told apart afterwards.
    const newest =
      cluster === WAYS.COLLECTOR ? expect.stringMatching(/^0015_(drop|keep)_notes$/) : '0015_keep_notes';
    expect(of(versions, ({ metric }) => metric.migration)).toEqual({
      ...{ 'production billing': '0007_vat', 'production shop': newest, 'staging shop': newest },
    });
    const outcome = ({ metric }: Answer) => `${metric.command} ${metric.outcome} ${metric.exit_code}`;
    expect(of(last, outcome)).toEqual({
      'production billing': 'migrate failed 82',
      ...{ 'production shop': 'migrate succeeded 0', 'staging shop': 'migrate succeeded 0' },
    });
  });

  test('after a rollback, the smaller number counts', async () => {
    const chosen = { ...choice(cluster), to: NOW - 40 * 3600 };
    const [applied] = (await answers('Schema version of each database', 'B', chosen)).filter(
      ({ metric }) => metric.k8s_namespace_name === 'shop',
    );
    const [version] = (await answers('Schema version of each database', 'A', chosen)).filter(
      ({ metric }) => metric.k8s_namespace_name === 'shop',
    );
    expect([applied?.points[0]?.[1], version?.metric.migration]).toEqual([14, '0014_order_index']);
  });

  test('the slowest migration is on top', async () => {
    const found = await answers('Slowest migrations', 'A', choice(cluster));
    const [first, second] = found;
    expect(first?.metric).toMatchObject({
      migration: '0014_order_index',
      way: 'apply',
      outcome: 'succeeded',
    });
    expect([first?.points[0]?.[1], second?.points[0]?.[1]]).toEqual([1480, 5.5]);
    expect(found.length).toBe(13);
  });

  test('waits for locks and retries', async () => {
    const chosen = choice(cluster);
    expect(await sums('Waits for locks', 'A', chosen, 'lock', 'obtained')).toEqual({
      ...{ 'statement false': 30, 'statement true': 12, 'migration true': 7 },
    });
    // Of runs that follow one another at once, only the last is seen where its series replaces the others.
    const [lock, connection] = cluster === WAYS.INSTANCES ? [6, 6] : [1, 2];
    expect(await sums('Retries within runs', 'A', chosen, 'reason')).toEqual({ lock, connection });
  });

  test('each rollback is marked once, at its end', async () => {
    const [rollbacks] = dashboard.annotations.list;
    const marks = rollbacks ? await askAnnotation(prometheus, rollbacks, choice(cluster)) : [];
    const expected = runs.filter(({ command }) => command === 'rollback').map(endOf);
    expect(marks.map(({ at }) => at).sort()).toEqual(expected.sort());
    expect(marks[0]?.title).toBe('Rollback of shop succeeded');
  });
});

test('with kube-state-metrics alone the Jobs are shown, and nothing is said of runs', async () => {
  const chosen = choice(WAYS.NONE);
  expect(await value('Failed Jobs', chosen)).toBe(1);
  expect(await value('Running Jobs', chosen)).toBe(0);
  expect(await sums('Jobs that ended', 'B', chosen)).toEqual({ '': 1 });
  expect(runnerPanels.length).toBe(8);
  for (const panel of runnerPanels) {
    for (const target of panel.targets ?? []) {
      expect([panel.title, await ask(prometheus, panel, target, chosen)]).toEqual([panel.title, []]);
    }
  }
});

test('rollback Jobs are marked without telemetry too', async () => {
  const [, ofJobs] = dashboard.annotations.list;
  const marks = ofJobs ? await askAnnotation(prometheus, ofJobs, choice(WAYS.INSTANCES)) : [];
  expect(marks.length).toBe(2);
});

test('every query is understood for an hour, a day, and a month', async () => {
  for (const days of [1 / 24, 1, 30]) {
    for (const panel of dashboard.panels) {
      for (const target of panel.targets ?? []) await ask(prometheus, panel, target, choice('.*', days));
    }
  }
});

test('the variables offer what is there; a missing label of the cluster is no obstacle', async () => {
  const offered = async (name: string, cluster: string) => {
    const variable = dashboard.templating.list.find((one) => one.name === name);
    return askVariable(prometheus, String(variable?.definition), choice(cluster));
  };
  expect(await offered('cluster', '.*')).toEqual(['eu-1', 'eu-3']);
  expect(await offered('namespace', 'eu-1')).toEqual(['billing', 'shop', 'shop-staging']);
  expect(await offered('namespace', WAYS.PUSHGATEWAY)).toEqual(['billing']);
  expect(await offered('db_namespace', WAYS.PUSHGATEWAY)).toEqual(['billing', 'shop']);
});
