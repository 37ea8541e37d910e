import type { JobWatch } from './job-watch';
import { equal, highest, MEMORY, newest, quoted } from './promql';

/** Before the hash; all of it where there is none. */
const BASE_NAME = '(.+?)(?:-[0-9a-f]{8})?';

/**
 * What kube-state-metrics says of some Jobs, one series for each. All of it only grows while a Job of the name is there, so
 * that a value of some minutes ago is still true.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/job-metrics.md
 */
export class JobQueries {
  /** Labels that name a Job. */
  public readonly perJob: string;
  /** Labels that name what a newer Job replaces. */
  public readonly perMigration: string;

  constructor(
    private readonly clusterLabel: string,
    private readonly watch: JobWatch,
    private readonly jobs: readonly string[],
  ) {
    const place = [clusterLabel, 'namespace', ...(watch.baseName === undefined ? ['base_name'] : [])];
    this.perJob = [...place, 'job_name'].join(', ');
    this.perMigration = place.join(', ');
  }

  /** When it was created; where it was made anew, the last time. */
  created(range = MEMORY): string {
    return this.read('kube_job_created', [], range);
  }

  /** When Kubernetes took it up; its pods may still wait for a node or an image. */
  started(): string {
    return this.read('kube_job_status_start_time');
  }

  /** When it completed; a Job that failed has no such time. */
  completed(range = MEMORY): string {
    return this.read('kube_job_status_completion_time', [], range);
  }

  /**
   * When the newest of those that completed was created, by migration. A completion before the creation is that of an
   * earlier Job of the name.
   */
  newestComplete(range = MEMORY): string {
    const complete = `${this.created(range)} <= on (${this.perJob}) ${this.completed(range)}`;
    return `max by (${this.perMigration}) (${complete})`;
  }

  isComplete(): string {
    return `${this.read('kube_job_complete', [equal('condition', 'true')])} == 1`;
  }

  hasFailed(): string {
    return `${this.read('kube_job_failed', [equal('condition', 'true')])} == 1`;
  }

  /**
   * How many of its pods failed, while the Job has not: then the series has a reason. Where it was made anew, none of the
   * earlier one.
   */
  failedPods(): string {
    return this.read('kube_job_status_failed', [equal('reason', '')], MEMORY, newest);
  }

  private read(metric: string, more: readonly string[] = [], range = MEMORY, over = highest): string {
    const series = over({
      metric,
      matchers: [this.watch.inNamespace, ...this.jobs, ...more],
      by: [this.clusterLabel, 'namespace', 'job_name'],
      range,
    });
    if (this.watch.baseName !== undefined) return series;
    return `label_replace(${series}, "base_name", "$1", "job_name", ${quoted(BASE_NAME)})`;
  }
}
