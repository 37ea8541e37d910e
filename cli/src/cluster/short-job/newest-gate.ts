import type { KubernetesObject, V1Job } from '@kubernetes/client-node';
import { GateError } from '../../../../runner/src/errors/gate-error';
import type { Cluster } from '../client/cluster';
import { GATE_SELECTOR, gateKindOf, instanceOf } from '../gate-job';

/** Where gates are looked for; without `instance` those of every database. */
export interface GateSelection {
  readonly namespace: string;
  readonly instance?: string | undefined;
}

/** The gates' Jobs of the namespace, the newest first. */
export async function listGates(cluster: Cluster, { namespace, instance }: GateSelection): Promise<V1Job[]> {
  const selection = { apiVersion: 'batch/v1', kind: 'Job', labelSelector: GATE_SELECTOR, namespace };
  const jobs = await cluster.list<V1Job>(selection);
  return jobs
    .filter((job) => instance === undefined || instanceOf(job) === instance)
    .sort((a, b) => createdAt(b).localeCompare(createdAt(a)));
}

/**
 * The gates' Jobs of one database, the newest first; at least one.
 *
 * @throws GateError: 64 when there are several databases, 87 when there is no Job.
 */
export async function gatesOfOne(cluster: Cluster, selection: GateSelection): Promise<[V1Job, ...V1Job[]]> {
  const { namespace, instance } = selection;
  const [newest, ...older] = await listGates(cluster, selection);
  if (!newest) {
    const which = instance === undefined ? '' : ` of the instance ${JSON.stringify(instance)}`;
    throw new GateError(
      'CLUSTER_REFUSED',
      `the namespace ${namespace} has no Job of a migration or rollback${which}`,
      {
        remedy:
          'give the namespace with --namespace, or the manifest with --file: an ended Job is removed after its TTL',
      },
    );
  }
  const instances = [...new Set([newest, ...older].map((job) => instanceOf(job) ?? '(none)'))];
  if (instances.length === 1) return [newest, ...older];
  throw new GateError(
    'USAGE',
    `the namespace ${namespace} has the Jobs of ${instances.length} databases: ${instances.join(', ')}`,
    { remedy: 'choose the database with --instance' },
  );
}

/** The Job of the release that was deployed last; a rollback's where no other is left. */
export async function newestGate(cluster: Cluster, selection: GateSelection): Promise<V1Job> {
  const jobs = await gatesOfOne(cluster, selection);
  return jobs.find((job) => gateKindOf(job) === 'migration') ?? jobs[0];
}

/** The API gives RFC 3339, whatever the client's type says. */
export function createdAt({ metadata }: KubernetesObject): string {
  return String(metadata?.creationTimestamp ?? '');
}
