import type { V1Pod } from '@kubernetes/client-node';
import { isPodOver } from './containers';
import { eventNotes } from './event-notes';
import type { Graces } from './follow-options';
import { areAllPodsOver, failing } from './job-end';
import { millisecondsOf } from './moments';
import type { ObservedJob, ObservedPod } from './observed-job';
import { stuckSigns } from './stuck-signs';

/** Something that a person who follows should know, told once. */
export interface Note {
  /** The same note has the same key, however often it is found. */
  readonly key: string;
  /** The pod that it is about; it is told in the block of that pod. */
  readonly uid?: string | undefined;
  /** Whether it comes after everything that the pod's containers logged. */
  readonly isAfterLogs?: boolean;
  readonly text: string;
}

/** Scheduling that takes no longer is not worth a line. */
const LONG_SCHEDULING_MS = 5000;

/** Everything that is worth telling by now. */
export function notesOf(observed: ObservedJob, graces: Graces): Note[] {
  return [
    ...jobNotes(observed),
    ...observed.pods.flatMap((pod) => podNotes(pod, ignoresDisruption(observed))),
    ...stuckSigns(observed).map(({ kind, uid, message, isFinal }) => ({
      // The words of a pull that is tried again change from one time to the next, those of the scheduler with the nodes.
      key: `stuck ${kind} ${uid}`,
      uid: uid === observed.target.uid ? undefined : uid,
      text: isFinal ? message : `${message} (waiting ${Math.ceil(graces[kind] / 1000)} s for it to change)`,
    })),
    ...eventNotes(observed),
  ];
}

function jobNotes(observed: ObservedJob): Note[] {
  const { job, target } = observed;
  const name = `job ${target.namespace}/${target.name}`;
  const notes: Note[] = [];
  if (job?.spec?.suspend) {
    notes.push({
      key: `suspended ${job.metadata?.generation}`,
      text: `${name} is suspended: it starts when somebody, or a queue, sets suspend to false`,
    });
  }
  if (job?.metadata?.deletionTimestamp) {
    notes.push({ key: 'job deleted', text: `${name} is being deleted` });
  }
  const condition = failing(observed);
  // After any other reason the pod has already ended by itself.
  if (condition?.reason === 'DeadlineExceeded' && !areAllPodsOver(observed)) {
    const words = [condition.reason, condition.message].filter(Boolean).join(': ');
    notes.push({ key: 'failing', text: `the Job fails and stops its pod: ${words}` });
  }
  const { failed = 0 } = job?.status ?? {};
  const limit = job?.spec?.backoffLimit ?? 6;
  if (failed > 0 && failed <= limit && !condition) {
    notes.push({
      key: `failed ${failed}`,
      uid: observed.pods.findLast(({ pod }) => pod.status?.phase === 'Failed')?.uid,
      isAfterLogs: true,
      text: `the pod failed; the Job tries again after a pause (retry ${failed} of ${limit})`,
    });
  }
  return notes;
}

function podNotes({ uid, name, pod, isGone }: ObservedPod, isIgnored: boolean): Note[] {
  const notes: Note[] = [];
  const disruption = conditionOf(pod, 'DisruptionTarget');
  if (disruption) {
    const words = [disruption.reason, disruption.message].filter(Boolean).join(': ');
    notes.push({ key: `disrupted ${uid}`, uid, text: `pod ${name} is taken away: ${words}` });
    if (isIgnored && (isGone || isPodOver(pod))) {
      const text = 'the Job makes another pod; this does not count as a retry';
      notes.push({ key: `ignored ${uid}`, uid, isAfterLogs: true, text });
    }
  } else if (pod.metadata?.deletionTimestamp || (isGone && pod.status?.phase === 'Running')) {
    notes.push({ key: `deleted ${uid}`, uid, text: `pod ${name} is being deleted` });
  }
  const scheduled = conditionOf(pod, 'PodScheduled');
  const waited =
    millisecondsOf(scheduled?.lastTransitionTime) - millisecondsOf(pod.metadata?.creationTimestamp);
  if (scheduled?.status === 'True' && waited > LONG_SCHEDULING_MS) {
    const seconds = Math.round(waited / 1000);
    notes.push({
      key: `scheduled ${uid}`,
      uid,
      text: `got node ${pod.spec?.nodeName} after ${seconds} s`,
    });
  }
  const { reason, message } = pod.status ?? {};
  if (pod.status?.phase === 'Failed' && reason && !disruption) {
    const words = [reason, message].filter(Boolean).join(': ');
    notes.push({ key: `failed ${uid}`, uid, isAfterLogs: true, text: `pod ${name}: ${words}` });
  }
  return notes;
}

/** Whether a pod that the cluster takes away costs no retry. */
function ignoresDisruption({ job }: ObservedJob): boolean {
  const rules = job?.spec?.podFailurePolicy?.rules ?? [];
  return rules.some(
    ({ action, onPodConditions }) =>
      action === 'Ignore' && onPodConditions?.some(({ type }) => type === 'DisruptionTarget'),
  );
}

function conditionOf(pod: V1Pod, type: string) {
  const found = pod.status?.conditions?.find((condition) => condition.type === type);
  return type === 'PodScheduled' || found?.status === 'True' ? found : undefined;
}
