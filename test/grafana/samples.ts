import { METRICS } from '../../core/contract';
import { endOf, isFailed, isRunning, NOW, outcomeOf, type SampleJob, type SampleRun, WEEK } from './week';

/** Seconds between two looks of Prometheus. */
export const SCRAPE = 240;
const DAY = 86_400;
/** For how long a collector repeats what a pod told last. */
const EXPIRY = 300;

/** How the metrics of the runner come to Prometheus, each in a cluster of its own; `''` is one without the label. */
export const WAYS = {
  /** A collector that gives each pod an `instance`. */
  INSTANCES: 'eu-1',
  /** A collector that lets all pods look the same. */
  COLLECTOR: 'eu-2',
  PUSHGATEWAY: '',
  /** Telemetry is off. */
  NONE: 'eu-3',
} as const;
type Way = Exclude<(typeof WAYS)[keyof typeof WAYS], 'eu-3'>;

interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When what said so, in seconds since 1970; until the next, or until the end. */
  readonly from: number;
  until: number;
  readonly value: number;
}

/** A week of samples as OpenMetrics. Only `eu-1` tells of all Jobs. */
export function samples(): string {
  const ofBilling = WEEK.filter(({ namespace }) => namespace === 'billing');
  const series = [
    // Two replicas of kube-state-metrics tell the same.
    ...['10.0.0.1:8080', '10.0.0.2:8080'].flatMap((instance) =>
      WEEK.flatMap((job) => ofCluster(job, WAYS.INSTANCES, { instance })),
    ),
    ...[WAYS.PUSHGATEWAY, WAYS.NONE].flatMap((way) => ofBilling.flatMap((job) => ofCluster(job, way))),
    ...[WAYS.INSTANCES, WAYS.COLLECTOR, WAYS.PUSHGATEWAY].flatMap(ofRunner),
  ];
  return render(series);
}

const named = (cluster: string): Record<string, string> => (cluster === '' ? {} : { cluster });

function ofCluster(job: SampleJob, cluster: string, source: Record<string, string> = {}): Series[] {
  const { namespace, name, runs, kept } = job;
  const [first, last] = [runs.at(0), runs.at(-1)];
  if (!first || !last) return [];
  const started = first.start - 2;
  const ended = isRunning(job) ? Number.POSITIVE_INFINITY : endOf(last) + 2;
  const gone = ended + kept * DAY;
  const failures = runs.filter((run) => run.exitCode !== undefined && run.exitCode !== 0);
  const one = (metric: string, value: number, from = started, until = gone, labels = {}): Series => ({
    ...{ metric, value, from, until },
    labels: { ...named(cluster), namespace, job_name: name, job: 'kube-state-metrics', ...source, ...labels },
  });
  const condition = (metric: string) =>
    ['true', 'false', 'unknown'].map((word) =>
      one(metric, word === 'true' ? 1 : 0, ended, gone, { condition: word }),
    );
  return [
    one('kube_job_info', 1),
    one('kube_job_created', Math.floor(started)),
    one('kube_job_status_start_time', Math.floor(started)),
    one('kube_job_status_active', 1, started, ended),
    one('kube_job_status_active', 0, ended),
    ...failures.map((run, index) =>
      one('kube_job_status_failed', index + 1, endOf(run), failures[index + 1] ? endOf(run) + 1 : gone),
    ),
    ...(failures.length === 0 ? [one('kube_job_status_failed', 0)] : []),
    ...(isRunning(job) ? [] : condition(isFailed(job) ? 'kube_job_failed' : 'kube_job_complete')),
    ...(isRunning(job) || isFailed(job)
      ? []
      : [one('kube_job_status_completion_time', Math.floor(ended), ended)]),
  ];
}

function ofRunner(way: Way): Series[] {
  const runs = WEEK.flatMap((job) => job.runs.map((run) => ({ job, run }))).sort(
    (a, b) => endOf(a.run) - endOf(b.run),
  );
  return way === WAYS.PUSHGATEWAY ? pushed(runs) : collected(runs, way);
}

interface PlacedRun {
  readonly job: SampleJob;
  readonly run: SampleRun;
}

/** A collector hears of the beginning and of the end, and repeats for a while what it heard last. */
function collected(runs: readonly PlacedRun[], way: Way): Series[] {
  const newest = new Map<string, Series>();
  return runs.flatMap(({ job, run }) =>
    valuesOf(run).flatMap(({ metric, labels: own, value }) => {
      const isStart = metric === METRICS.RUN_START.prometheus;
      if (run.exitCode === undefined && !isStart) return [];
      const [labels, from] = [{ ...placeOf(job, run, way), ...own }, isStart ? run.start : endOf(run)];
      const series = { metric, labels, value, from, until: Math.min(endOf(run), NOW) + EXPIRY };
      const key = JSON.stringify([metric, labels]);
      const earlier = newest.get(key);
      if (earlier) earlier.until = Math.min(earlier.until, from);
      newest.set(key, series);
      return [series];
    }),
  );
}

/** A Pushgateway hears of the end only, and keeps it until the next push replaces the group. */
function pushed(runs: readonly PlacedRun[]): Series[] {
  const groups = new Map<string, Series[]>();
  return runs
    .filter(({ run }) => run.exitCode !== undefined)
    .flatMap(({ job, run }) => {
      const place = { ...placeOf(job, run, WAYS.PUSHGATEWAY), server_address: 'postgres' };
      const [values, from] = [valuesOf(run), endOf(run)];
      return [false, true].flatMap((isOfSchema) => {
        const group = isOfSchema ? place : { ...place, command: run.command };
        const key = JSON.stringify(group);
        for (const replaced of groups.get(key) ?? []) replaced.until = from;
        const series = values
          .filter(({ metric }) => metric.startsWith('drizzle_gate_schema_') === isOfSchema)
          .map(({ metric, labels, value }) => ({
            ...{ metric, value, from, until: Number.POSITIVE_INFINITY },
            labels: { ...group, ...labels },
          }));
        groups.set(key, series);
        return series;
      });
    });
}

function placeOf(job: SampleJob, run: SampleRun, way: Way): Record<string, string> {
  return {
    ...{ ...named(way), job: 'drizzle-gate', db_namespace: job.database },
    ...{ k8s_namespace_name: job.namespace, deployment_environment_name: job.environment },
    ...(way === WAYS.INSTANCES && { instance: `${job.name}-${run.start}` }),
  };
}

function valuesOf(run: SampleRun): Pick<Series, 'metric' | 'labels' | 'value'>[] {
  const { command, exitCode, applied, pending, last, migrations, lockWaits, retries, start, seconds } = run;
  const ended = { command, outcome: outcomeOf(run), exit_code: String(exitCode) };
  const one = (metric: string, value: number, labels: Record<string, string>) => ({ metric, value, labels });
  return [
    one(METRICS.RUN_START.prometheus, start, { command }),
    one(METRICS.RUN_END.prometheus, endOf(run), ended),
    one(`${METRICS.RUN_DURATION.prometheus}_sum`, seconds, ended),
    one(`${METRICS.RUN_DURATION.prometheus}_count`, 1, ended),
    ...migrations.map(({ name, way, seconds, outcome }) =>
      one(METRICS.MIGRATION_DURATION.prometheus, seconds, { migration: name, way, outcome }),
    ),
    ...lockWaits.map(({ lock, obtained, seconds }) =>
      one(`${METRICS.LOCK_WAIT.prometheus}_sum`, seconds, { lock, obtained: String(obtained) }),
    ),
    one(METRICS.RETRIES.prometheus, retries.lock, { reason: 'lock' }),
    one(METRICS.RETRIES.prometheus, retries.connection, { reason: 'connection' }),
    one(METRICS.SCHEMA_MIGRATIONS.prometheus, applied, { state: 'applied' }),
    one(METRICS.SCHEMA_MIGRATIONS.prometheus, pending, { state: 'pending' }),
    one(METRICS.SCHEMA_VERSION.prometheus, applied, { migration: last }),
  ];
}

function render(series: readonly Series[]): string {
  const lines: string[] = [];
  for (const { metric, labels, value, from, until } of series) {
    const text = Object.entries(labels).map(([name, word]) => `${name}="${word}"`);
    const first = Math.ceil(Math.max(from, NOW - 7 * DAY) / SCRAPE) * SCRAPE;
    for (let at = first; at < Math.min(until, NOW + 1); at += SCRAPE) {
      lines.push(`${metric}{${text.join(',')}} ${value} ${at}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
