import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster, ObjectRef } from '../client/cluster';
import { ClusterError, hasStatus } from '../client/cluster-error';

/** Milliseconds. */
const POLL = 300;
const LIMIT = 300_000;
const PODS_LIMIT = 120_000;

export interface AwaitOptions {
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the Job. @default 300000 */
  readonly limit?: number | undefined;
  /** Milliseconds for its pods. @default 120000 */
  readonly podsLimit?: number | undefined;
}

/**
 * Waits until this Job is gone, whoever deletes it, and until none of its pods runs any more.
 *
 * @throws ClusterError (87) when something keeps it.
 */
export async function awaitDeletion(
  cluster: Cluster,
  ref: ObjectRef & { readonly uid: string },
  { print, signal, limit = LIMIT, podsLimit = PODS_LIMIT }: AwaitOptions,
): Promise<void> {
  const start = Date.now();
  for (;;) {
    const job = await cluster.read<V1Job>(ref);
    if (job?.metadata?.uid !== ref.uid) break;
    if (Date.now() - start > limit) throw kept(job);
    await pause(signal);
  }
  await awaitPods(cluster, ref, { print, signal, podsLimit });
}

async function awaitPods(
  cluster: Cluster,
  { namespace, uid, name }: ObjectRef & { readonly uid: string },
  { print, signal, podsLimit }: Pick<AwaitOptions, 'print' | 'signal'> & { readonly podsLimit: number },
): Promise<void> {
  const start = Date.now();
  let told = false;
  for (;;) {
    const running = await runningPods(cluster, namespace, uid);
    if (running.length === 0) return;
    const names = running.map(({ metadata }) => metadata?.name).join(', ');
    if (Date.now() - start > podsLimit) {
      // A node that is gone never says that its pod has ended. The lock in the database keeps the two apart.
      print(
        `pod ${names} of the former Job ${name} does not end; going on, the migration lock keeps them apart`,
      );
      return;
    }
    if (!told) print(`waiting for pod ${names} of the former Job to end`);
    told = true;
    await pause(signal);
  }
}

async function runningPods(cluster: Cluster, namespace: string | undefined, uid: string): Promise<V1Pod[]> {
  try {
    const pods = await cluster.list<V1Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace,
      labelSelector: `batch.kubernetes.io/controller-uid=${uid}`,
    });
    return pods.filter(({ status }) => !['Succeeded', 'Failed'].includes(status?.phase ?? ''));
  } catch (error) {
    // Who may not see pods goes on without; the lock in the database counts.
    if (hasStatus(error, 403)) return [];
    throw error;
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(POLL, undefined, { signal }).catch(() => undefined);
  signal?.throwIfAborted();
}

function kept({ metadata }: V1Job): ClusterError {
  const { name, namespace, finalizers = [] } = metadata ?? {};
  return new ClusterError('CLUSTER_REFUSED', `Job ${name} is being deleted, but does not go`, {
    remedy: `look at its finalizers (${finalizers.join(', ') || 'none'}): kubectl get job ${name} -n ${namespace} -o yaml`,
  });
}
