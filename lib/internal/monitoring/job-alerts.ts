import type { Alert, AlertSettings } from './alert';
import { JobQueries } from './job-queries';
import type { JobWatch } from './job-watch';
import { indented } from './promql';

const LOGS =
  'kubectl --namespace {{ $labels.namespace }} logs job/{{ $labels.job_name }} --all-containers --tail=100';
const DESCRIBE = 'kubectl --namespace {{ $labels.namespace }} describe job/{{ $labels.job_name }}';

/** The alerts on the Jobs of a migration, which need kube-state-metrics alone. */
export function migrationAlerts(watch: JobWatch, settings: AlertSettings): Alert[] {
  const jobs = new JobQueries(settings.clusterLabel, watch, watch.migrations);
  // A pattern's series have the label themselves.
  const labels: Record<string, string> = watch.baseName === undefined ? {} : { base_name: watch.baseName };
  return [
    { ...migrationFailed(jobs), labels },
    { ...runningTooLong(jobs, settings), labels },
    { ...retried(jobs, settings), labels },
  ];
}

/**
 * A Job that failed and that no later success has replaced. The time of its creation counts, not its name: a Job that was
 * deleted and applied again has the name of the failed one.
 */
function migrationFailed(jobs: JobQueries): Omit<Alert, 'labels'> {
  const failed = `(${jobs.created()}\n  and on (${jobs.perJob}) ${jobs.hasFailed()})`;
  return {
    name: 'DrizzleGateMigrationFailed',
    severity: 'migrationFailed',
    for: '1m',
    expr: `${failed}
unless on (${jobs.perJob}) (
${indented(failed)}
  <= on (${jobs.perMigration}) group_left ()
    ${jobs.newestComplete()}
)`,
    summary: 'The migration {{ $labels.job_name }} in {{ $labels.namespace }} has failed',
    description:
      'The Job has failed for good, and none of this migration has succeeded since. What waits behind it does not start, or runs on the old schema. Its log names the file, the statement, the SQLSTATE and the next step.',
    command: LOGS,
  };
}

function runningTooLong(jobs: JobQueries, { runningTooLong: limit }: AlertSettings): Omit<Alert, 'labels'> {
  return {
    name: 'DrizzleGateMigrationRunningTooLong',
    severity: 'migrationRunningTooLong',
    // Not shorter than the memory, in which a Job that was deleted seems to run on.
    for: '5m',
    expr: `(time() - ${jobs.started()} > ${limit})
unless on (${jobs.perJob}) ${jobs.isComplete()}
unless on (${jobs.perJob}) ${jobs.hasFailed()}`,
    summary: 'The migration {{ $labels.job_name }} in {{ $labels.namespace }} has not ended yet',
    description:
      'The Job began {{ $value | humanizeDuration }} ago and neither succeeded nor failed. Either its pod does not start (image, quota, policy), or it waits for a lock, or a statement takes long: the log says which. It may be left alone until its deadline, and stopped safely by deleting it.',
    command: `${DESCRIBE}; ${LOGS}`,
  };
}

/** Pods that failed are told of while the Job goes on, and for a while when it has succeeded. */
function retried(jobs: JobQueries, { informFor }: AlertSettings): Omit<Alert, 'labels'> {
  return {
    name: 'DrizzleGateMigrationRetried',
    severity: 'migrationRetried',
    for: '1m',
    expr: `(${jobs.failedPods()} > 0)
unless on (${jobs.perJob}) ${jobs.hasFailed()}
unless on (${jobs.perJob}) (time() - ${jobs.completed()} >= ${informFor})`,
    summary: 'The migration {{ $labels.job_name }} in {{ $labels.namespace }} needed another attempt',
    description:
      '{{ $value }} of its pods failed, and Kubernetes tried again: a lock that could not be had (75), a database that did not answer (69), or an interruption. A node that was drained does not count. Nothing is lost; when it happens often, look for who holds the locks.',
    command: LOGS,
  };
}

/** The alert on the Jobs of a rollback. */
export function rollbackExecuted(watch: JobWatch, { clusterLabel, informFor }: AlertSettings): Alert {
  const jobs = new JobQueries(clusterLabel, watch, watch.rollbacks);
  return {
    name: 'DrizzleGateRollbackExecuted',
    severity: 'rollbackExecuted',
    for: '0s',
    expr: `time() - ${jobs.completed()} < ${informFor}`,
    summary: 'A database of {{ $labels.namespace }} was rolled back by {{ $labels.job_name }}',
    description:
      'A confirmed rollback has succeeded {{ $value | humanizeDuration }} ago. The log says which migrations were undone and where the rows of dropped tables and columns are kept; who confirmed it stands in the run record (drizzle-gate history).',
    command: LOGS,
  };
}
