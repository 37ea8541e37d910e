import type { CoreV1Event } from '@kubernetes/client-node';
import { timeOf } from './event-facts';
import type { Note } from './notes';
import type { ObservedJob } from './observed-job';

/** Told better by the state of pod or Job, which has no events to lose. */
const TOLD_BY_STATE = [
  ...['Failed', 'BackOff', 'InspectFailed', 'FailedScheduling', 'FailedCreate', 'ErrImageNeverPull'],
  ...['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedCreatePodSandBox', 'NetworkNotReady'],
  ...['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy', 'TooManyActivePods', 'Evicted'],
];

/** Events of type Normal that matter: they stop a pod, or explain a long silence. */
const NORMAL = ['Preempted', 'TaintManagerEviction', 'NotTriggerScaleUp', 'TriggeredScaleUp', 'Pulling'];

/** A pull that takes no longer is not worth a line. */
const LONG_PULL_MS = 3000;

/** What the events about the Job and its pods tell, each once, however often Kubernetes repeats it. */
export function eventNotes({ events, pods, target }: ObservedJob, now = Date.now()): Note[] {
  const uids = new Set([target.uid, ...pods.map(({ uid }) => uid)]);
  return [...events]
    .filter((event) => uids.has(event.involvedObject.uid ?? '') && matters(event, events, now))
    .sort((a, b) => timeOf(a) - timeOf(b))
    .map(({ involvedObject: { uid }, reason = '', message = '' }) => ({
      // Only the numbers differ when the same thing happens again.
      key: `event ${uid} ${reason} ${message.replace(/\d+/g, '#')}`,
      uid: uid === target.uid ? undefined : uid,
      text: `${reason}: ${message}`,
    }));
}

function matters(event: CoreV1Event, all: readonly CoreV1Event[], now: number): boolean {
  const { type, reason = '' } = event;
  if (TOLD_BY_STATE.includes(reason)) return false;
  if (reason === 'Pulling') return isLongPull(event, all, now);
  return type === 'Warning' || NORMAL.includes(reason);
}

function isLongPull(pulling: CoreV1Event, all: readonly CoreV1Event[], now: number): boolean {
  const isSame = ({ involvedObject: { uid, fieldPath } }: CoreV1Event) =>
    uid === pulling.involvedObject.uid && fieldPath === pulling.involvedObject.fieldPath;
  const after = all.filter(
    (each) => isSame(each) && each.reason !== 'Pulling' && timeOf(each) >= timeOf(pulling),
  );
  const end = after.length > 0 ? Math.min(...after.map(timeOf)) : now;
  return end - timeOf(pulling) > LONG_PULL_MS;
}
