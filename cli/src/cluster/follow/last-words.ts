import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../client/cluster';
import type { AttemptLogs } from './attempt-logs';
import type { Changes } from './changes';
import { areAllPodsOver, type JobEnd } from './job-end';
import type { ObservedJob } from './observed-job';

/** What every part of following works on. */
export interface Observing {
  readonly cluster: Cluster;
  readonly observed: ObservedJob;
  readonly changes: Changes;
}

/** After the Job's end so long for the last state of its pods. */
const REFRESH_MS = 700;
/** After a Job was deleted so long for its pods, which may say what they still did. */
const FAREWELL_MS = 10_000;
const LOOK_MS = 500;
/** After the Job's end so long for logs that stay silent, and so long for those that go on. */
const IDLE_MS = 3000;
const DRAIN_MS = 60_000;

/** Waits for the last state of the Job's pods, as long as it is worth it. */
export async function settlePods(
  { outcome }: JobEnd,
  observing: Observing,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { observed, changes } = observing;
  if (outcome !== 'gone') {
    await atMost(REFRESH_MS, refreshPods(observing));
    return;
  }
  const limit = performance.now() + FAREWELL_MS;
  while (!areAllPodsOver(observed) && !signal?.aborted && performance.now() < limit) {
    await changes.next(LOOK_MS);
  }
}

/** The watches of Job and pods are two connections: the Job's end may come before the last state of its pods. */
async function refreshPods({ cluster, observed }: Observing): Promise<void> {
  if (observed.arePodsHidden || (observed.pods.length > 0 && areAllPodsOver(observed))) return;
  const { namespace, uid } = observed.target;
  const labelSelector = `batch.kubernetes.io/controller-uid=${uid}`;
  const pods = await cluster
    .list<V1Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector })
    .catch(() => []);
  for (const object of pods) observed.seePods({ type: 'set', object });
}

/** Lets what is left of the logs come, as long as it comes. */
export async function drainLogs(
  shown: Promise<void>,
  logs: AttemptLogs,
  signal: AbortSignal | undefined,
): Promise<void> {
  const start = performance.now();
  let isThrough = false;
  const through = shown.then(() => {
    isThrough = true;
  });
  while (!isThrough && !signal?.aborted) {
    const now = performance.now();
    if (now - Math.max(start, logs.lastLine) > IDLE_MS || now - start > DRAIN_MS) return;
    await atMost(100, through);
  }
}

/** Waits for something, but not longer. No timer stays behind: the process would not end before it. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const limit = sleep(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    await Promise.race([work, limit]);
  } finally {
    over.abort();
  }
}
