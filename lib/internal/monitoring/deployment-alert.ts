import type { Alert, AlertSettings } from './alert';
import { JobQueries } from './job-queries';
import type { JobWatch } from './job-watch';
import { equal, highest, indented, matches } from './promql';

/** Seconds after a deployment for which it is judged; longer, and a Job that its TTL removed would have to be remembered. */
const JUDGED_FOR = 86_400;

/**
 * A Deployment behind the gate has a new ReplicaSet, but no migration completed since shortly before it, or the newest
 * Job around it never completed. The Jobs are remembered, because their TTL removes them.
 */
export function noMigrationSinceDeploy(watch: JobWatch, settings: AlertSettings): Alert {
  const { clusterLabel, deployWindow } = settings;
  const jobs = new JobQueries(clusterLabel, watch, watch.migrations);
  const place = `${clusterLabel}, namespace`;
  const deployment = `${place}, deployment`;
  const range = `${JUDGED_FOR + deployWindow}s`;
  const deployed = `(${deployedAt(watch, clusterLabel)} > time() - ${JUDGED_FOR})`;
  const lastCompleted = `max by (${place}) (${jobs.completed(range)})`;
  return {
    name: 'DrizzleGateNoSuccessfulMigrationSinceDeploy',
    severity: 'noSuccessfulMigrationSinceDeploy',
    for: '15m',
    labels: { base_name: watch.baseName ?? '' },
    expr: `(
${indented(deployed)}
  unless on (${deployment}) (
${indented(indented(deployed))}
    - ${deployWindow} <= on (${place}) group_left ()
      ${lastCompleted}
  )
)
or
(
${indented(deployed)}
  and on (${deployment}) (
    abs(
${indented(indented(indented(deployed)))}
      - on (${place}) group_left ()
${indented(indented(indented(newestUnfinished(jobs, place, range))))}
    ) <= ${deployWindow}
  )
)`,
    summary: 'No migration succeeded for the release of {{ $labels.deployment }} in {{ $labels.namespace }}',
    description:
      'The Deployment was given a new pod template on {{ $value | humanizeTimestamp }}, but no migration has completed since shortly before it, or the newest one has not. Pods with a SchemaGate wait; others run on a schema that they may not know. A restart (kubectl rollout restart) looks the same.',
    command:
      'kubectl --namespace {{ $labels.namespace }} get jobs -l app.kubernetes.io/component=database-migration; kubectl --namespace {{ $labels.namespace }} rollout history deployment/{{ $labels.deployment }}',
  };
}

/** When the newest ReplicaSet of each Deployment was created. */
function deployedAt({ inNamespace, deployments }: JobWatch, clusterLabel: string): string {
  const replicaSet = [clusterLabel, 'namespace', 'replicaset'];
  const created = highest({
    metric: 'kube_replicaset_created',
    matchers: [inNamespace],
    by: replicaSet,
  });
  const names = deployments.map((name) => name.replaceAll('.', '\\.')).join('|');
  const owner = highest({
    metric: 'kube_replicaset_owner',
    matchers: [inNamespace, equal('owner_kind', 'Deployment'), matches('owner_name', names)],
    by: [...replicaSet, 'owner_name'],
  });
  return `max by (${clusterLabel}, namespace, deployment) (label_replace(
  ${created}
    * on (${replicaSet.join(', ')}) group_left (owner_name)
  ${owner},
  "deployment", "$1", "owner_name", "(.+)"
))`;
}

/** When the newest Job was created, unless it has completed since. */
function newestUnfinished(jobs: JobQueries, place: string, range: string): string {
  const newest = `max by (${place}) (${jobs.created(range)})`;
  return `(${newest}
  unless on (${place}) (${newest} <= on (${place}) ${jobs.newestComplete(range)}))`;
}
