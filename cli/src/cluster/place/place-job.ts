import type { V1Job } from '@kubernetes/client-node';
import type { Cluster, ObjectRef } from '../client/cluster';
import { ClusterError, isImmutable } from '../client/cluster-error';
import { awaitDeletion } from './await-deletion';
import { decide } from './decide';
import { type JobState, stateOf } from './job-state';

export interface PlaceOptions {
  /** Whether a Job that failed is run again. @default false */
  readonly retry?: boolean | undefined;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Placement {
  readonly uid: string;
  /** `failed`: this very Job failed before, and was left as it is. */
  readonly how: 'created' | 'replaced' | 'joined' | 'failed';
}

/** How often a Job may vanish or appear between two looks before that is told. */
const ROUNDS = 20;

/**
 * Puts a Job into the cluster so that its success, from now on, says something about the database: see `decide`. Any
 * number of callers at once end with one Job, which all of them follow; a Job is only ever deleted as the one that was
 * looked at, by its uid.
 *
 * @throws ClusterError (87) when the cluster refuses it, or another release's Job of this name still runs.
 */
export async function placeJob(cluster: Cluster, job: V1Job, options: PlaceOptions): Promise<Placement> {
  const { print, retry = false, signal } = options;
  const ref = refOf(cluster, job);
  let how: 'created' | 'replaced' = 'created';
  for (let round = 0; round < ROUNDS; round++) {
    signal?.throwIfAborted();
    const { found, state, differs } = await lookAt(cluster, job);
    const uid = found?.metadata?.uid ?? '';
    switch (decide({ state, differs, retry })) {
      case 'create': {
        const made = await applyJob(cluster, job);
        if (!made) continue;
        print(`Job ${ref.name} ${how}${suspended(made)}`);
        return { uid: made.metadata?.uid ?? '', how };
      }
      case 'wait':
        print(`Job ${ref.name} is being deleted; waiting until it is gone`);
        await awaitDeletion(cluster, { ...ref, uid }, options);
        continue;
      case 'replace':
        print(`Job ${ref.name} ${state === 'failed' ? 'failed' : 'succeeded'} before; running it again`);
        await cluster.remove({ ...ref, uid });
        await awaitDeletion(cluster, { ...ref, uid }, options);
        how = 'replaced';
        continue;
      case 'join':
        print(`Job ${ref.name} is running already; following it${suspended(found)}`);
        return { uid, how: 'joined' };
      case 'keep':
        print(`Job ${ref.name} failed before, and is not run again without --retry`);
        return { uid, how: 'failed' };
      case 'refuse':
        throw otherRuns(found, ref);
    }
  }
  throw new ClusterError(
    'CLUSTER_REFUSED',
    `Job ${ref.name} is deleted again and again while it is deployed`,
    {
      remedy: 'look who deletes it, then deploy again',
    },
  );
}

export interface Seen {
  readonly found: V1Job | undefined;
  readonly state: JobState;
  readonly differs: boolean;
}

/** The Job of this name, and whether it is another one, which only the server can tell: it adds its defaults to both. */
export async function lookAt(cluster: Cluster, job: V1Job): Promise<Seen> {
  const found = await cluster.read<V1Job>(refOf(cluster, job));
  const state = stateOf(found);
  const differs = (state === 'running' || state === 'failed') && (await isOther(cluster, job));
  return { found, state, differs };
}

async function isOther(cluster: Cluster, job: V1Job): Promise<boolean> {
  try {
    await cluster.apply(job, { dryRun: true });
    return false;
  } catch (error) {
    if (isImmutable(error)) return true;
    throw error;
  }
}

/** Undefined when it met another one after all: of another template, being deleted, or ended by now. */
async function applyJob(cluster: Cluster, job: V1Job): Promise<V1Job | undefined> {
  try {
    const made = await cluster.apply<V1Job>(job);
    return stateOf(made) === 'running' ? made : undefined;
  } catch (error) {
    if (isImmutable(error)) return undefined;
    throw error;
  }
}

export function refOf(cluster: Cluster, { metadata }: V1Job): ObjectRef & { readonly namespace: string } {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? cluster.namespace,
  };
}

export function otherRuns(found: V1Job | undefined, { name, namespace }: ObjectRef): ClusterError {
  const images = found?.spec?.template.spec?.containers.map(({ image }) => image).join(', ');
  return new ClusterError(
    'CLUSTER_REFUSED',
    `Job ${name} of another release is still running (image ${images})`,
    { remedy: `wait until it has ended, or stop it: kubectl delete job ${name} -n ${namespace}` },
  );
}

function suspended(job: V1Job | undefined): string {
  return job?.spec?.suspend ? '; it is suspended, and starts when somebody resumes it' : '';
}
