/** Samples of a series, one a minute: undefined is a missed scrape, `stale` its end. */
export type Samples = readonly (number | 'stale' | undefined)[];
export type Series = Record<string, Samples>;
type Labels = Record<string, string>;

/** What happened to a Job; times in minutes. */
export interface JobStory {
  readonly created: number;
  /** @default - with its creation */
  readonly started?: number;
  readonly completed?: number;
  readonly failed?: number;
  /** How many pods had failed from which minute on. */
  readonly failedPods?: readonly [from: number, count: number];
  /** When it was removed. */
  readonly removed?: number;
  /** @default 'orders' */
  readonly namespace?: string;
  /** Labels of the one who scraped. */
  readonly source?: Labels;
  /** Minutes in which nothing was scraped. */
  readonly gap?: readonly [from: number, to: number];
  /** By how many minutes the cluster's clock is ahead of Prometheus'. */
  readonly skew?: number;
}

const LAST = 180;
const SOURCE = { job: 'kube-state-metrics', instance: '10.0.0.1:8080' };

export function series(metric: string, labels: Labels): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `${metric}{${all.join(',')}}`;
}

/** The samples from one minute to another, and the mark that Prometheus writes when a series ends. */
export function samples(
  value: number,
  from: number,
  to = LAST,
  gap: readonly [number, number] = [0, 0],
): Samples {
  return Array.from({ length: Math.min(to, LAST) + 1 }, (_, minute) => {
    if (minute < from) return undefined;
    if (minute >= gap[0] && minute < gap[1]) return minute === gap[0] ? 'stale' : undefined;
    return minute === to ? 'stale' : value;
  });
}

/** The series that kube-state-metrics has of a Job, as its source code writes them. */
export function jobSeries(name: string, story: JobStory): Series {
  const { created, started = created, completed, failed, failedPods, removed, source = SOURCE, gap } = story;
  const clock = (minute: number) => (minute + (story.skew ?? 0)) * 60;
  const of = (metric: string, labels: Labels = {}) =>
    series(metric, { ...source, namespace: story.namespace ?? 'orders', job_name: name, ...labels });
  const from = (minute: number, value: number) => samples(value, minute, removed, gap);
  const condition = (metric: string, minute: number) => ({
    [of(metric, { condition: 'true' })]: from(minute, 1),
    [of(metric, { condition: 'false' })]: from(minute, 0),
  });
  return {
    [of('kube_job_created')]: from(created, clock(created)),
    [of('kube_job_status_start_time')]: from(started, clock(started)),
    // Without a reason until the Job itself has failed: an empty label is none.
    ...(failedPods && {
      [of('kube_job_status_failed')]: samples(failedPods[1], created, failed ?? removed, gap).map(
        (value, minute) => (value === failedPods[1] && minute < failedPods[0] ? 0 : value),
      ),
    }),
    ...(completed !== undefined && {
      ...condition('kube_job_complete', completed),
      [of('kube_job_status_completion_time')]: from(completed, clock(completed)),
    }),
    ...(failed !== undefined && {
      ...condition('kube_job_failed', failed),
      [of('kube_job_status_failed', { reason: 'BackoffLimitExceeded' })]: from(failed, 1),
    }),
  };
}

/** The series of a ReplicaSet and of who owns it. */
export function replicaSetSeries(
  deployment: string,
  hash: string,
  created: number,
  namespace = 'orders',
  owner_kind = 'Deployment',
): Series {
  const replicaset = `${deployment}-${hash}`;
  const own = { ...SOURCE, namespace, replicaset };
  const owner = { owner_kind, owner_name: deployment, owner_is_controller: 'true' };
  return {
    [series('kube_replicaset_created', own)]: samples(created * 60, created),
    [series('kube_replicaset_owner', { ...own, ...owner })]: samples(1, created),
  };
}
