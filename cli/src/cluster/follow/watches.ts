import type { CoreV1Event, KubernetesObject, V1Job, V1Pod } from '@kubernetes/client-node';
import { GateError } from '../../../../runner/src/errors/gate-error';
import type { Change, Cluster, Selection } from '../client/cluster';
import type { Changes } from './changes';
import type { ObservedJob } from './observed-job';

/** Beside the watch the Job itself is looked at so often, in case the watch is silent though connected. */
const LOOK_MS = 5000;
/** Before a watch that ended is begun anew. */
const PAUSE_MS = 1000;

export interface WatchOptions {
  readonly cluster: Cluster;
  readonly observed: ObservedJob;
  readonly changes: Changes;
  readonly signal: AbortSignal;
  /** Tells what may not be read. */
  readonly note: (text: string) => void;
}

/**
 * Keeps what is observed up to date until `signal` aborts.
 *
 * @throws GateError when the Job itself can't be watched: 87 where that is forbidden, 89 where the API is gone for good.
 */
export async function watchJob(options: WatchOptions): Promise<void> {
  const { observed, signal, note } = options;
  const { namespace, name, uid } = observed.target;
  const watching = new Set<string>();
  const watchEventsOf = (object: string) => {
    if (watching.has(object) || observed.areEventsHidden) return;
    watching.add(object);
    const selection = { apiVersion: 'v1', kind: 'Event', namespace };
    watchAgain<CoreV1Event>(
      options,
      { ...selection, fieldSelector: `involvedObject.uid=${object}` },
      (change) => observed.seeEvents(change),
    ).catch((error: Error) => {
      if (signal.aborted || observed.areEventsHidden) return;
      observed.areEventsHidden = true;
      note(`events can't be read, so reasons may be missing: ${error.message}`);
    });
  };
  watchEventsOf(uid);
  const pods = tolerate(
    watchAgain<V1Pod>(
      options,
      {
        ...{ apiVersion: 'v1', kind: 'Pod', namespace },
        labelSelector: `batch.kubernetes.io/controller-uid=${uid}`,
      },
      (change) => {
        observed.seePods(change);
        for (const pod of observed.pods) watchEventsOf(pod.uid);
      },
    ),
    signal,
    (error) => {
      observed.arePodsHidden = true;
      note(`pods can't be read, so there are no logs: ${error.message}`);
    },
  );
  const job = watchAgain<V1Job>(
    options,
    { apiVersion: 'batch/v1', kind: 'Job', namespace, fieldSelector: `metadata.name=${name}` },
    (change) => observed.seeJob(change),
  );
  await Promise.all([job, pods, lookNowAndThen(options)]);
}

/** One watch after the other; each begins with everything that is there. */
async function watchAgain<T extends KubernetesObject>(
  { cluster, changes, signal }: WatchOptions,
  selection: Selection,
  see: (change: Change<T>) => void,
): Promise<void> {
  while (!signal.aborted) {
    for await (const change of cluster.watch<T>(selection, signal)) {
      see(change);
      changes.notify();
    }
    if (!signal.aborted) await changes.next(PAUSE_MS);
  }
}

async function lookNowAndThen({ cluster, observed, changes, signal }: WatchOptions): Promise<void> {
  const { namespace, name, uid } = observed.target;
  for (;;) {
    await pause(LOOK_MS, signal);
    if (signal.aborted) return;
    const job = await cluster.read<V1Job>({ apiVersion: 'batch/v1', kind: 'Job', name, namespace });
    if (job?.metadata?.uid === uid) observed.seeJob({ type: 'set', object: job });
    else observed.missingSince ??= Date.now();
    changes.notify();
  }
}

/** What may not be read is told and done without; an API that is gone is not tolerated. */
async function tolerate(
  work: Promise<void>,
  signal: AbortSignal,
  tell: (error: GateError) => void,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof GateError) || error.exit !== 'CLUSTER_REFUSED') throw error;
    tell(error);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
