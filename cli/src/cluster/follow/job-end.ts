import type { V1JobCondition } from '@kubernetes/client-node';
import { isPodOver } from './containers';
import type { JobOutcome } from './job-result';
import { isoOf } from './moments';
import type { ObservedJob } from './observed-job';

/** How the cluster ended the Job. */
export interface JobEnd {
  readonly outcome: Extract<JobOutcome, 'succeeded' | 'failed' | 'gone'>;
  readonly reason?: string | undefined;
  /** Kubernetes' words. */
  readonly message?: string | undefined;
  readonly finishedAt?: string | undefined;
}

/** A look at the Job and the watch may cross; the watch, which brings the last state, gets so many milliseconds. */
const MISSING_MS = 1000;

/**
 * How the Job ended; undefined while it has not. `FailureTarget` and `SuccessCriteriaMet` announce an end, but pods still run
 * then. A Job that was deleted before its condition was seen, as by a TTL of 0, is judged by its pods.
 */
export function jobEnd(observed: ObservedJob, now: number): JobEnd | undefined {
  const complete = conditionOf(observed, 'Complete');
  if (complete) return { outcome: 'succeeded', ...wordsOf(complete), finishedAt: finish(observed, complete) };
  const failed = conditionOf(observed, 'Failed');
  if (failed) return { outcome: 'failed', ...wordsOf(failed), finishedAt: finish(observed, failed) };
  const { isGone, missingSince } = observed;
  const isMissing = missingSince !== undefined && now - missingSince >= MISSING_MS;
  return isGone || isMissing ? endOfGoneJob(observed) : undefined;
}

function endOfGoneJob(observed: ObservedJob): JobEnd {
  const target = conditionOf(observed, 'FailureTarget');
  if (target) return { outcome: 'failed', ...wordsOf(target) };
  const succeeded = observed.pods.filter(({ pod }) => pod.status?.phase === 'Succeeded');
  if (succeeded.length >= (observed.job?.spec?.completions ?? 1)) return { outcome: 'succeeded' };
  return { outcome: 'gone' };
}

/** What the cluster says when it has decided to let the Job fail, though its pods may still run. */
export function failing(observed: ObservedJob): V1JobCondition | undefined {
  return conditionOf(observed, 'Failed') ?? conditionOf(observed, 'FailureTarget');
}

/** Whether every pod that was seen has ended. */
export function areAllPodsOver(observed: ObservedJob): boolean {
  return observed.pods.every(({ pod, isGone }) => isGone || isPodOver(pod));
}

function conditionOf({ job }: ObservedJob, type: string): V1JobCondition | undefined {
  return job?.status?.conditions?.find((each) => each.type === type && each.status === 'True');
}

function wordsOf({ reason, message }: V1JobCondition) {
  return { reason, message };
}

function finish({ job }: ObservedJob, { lastTransitionTime }: V1JobCondition): string | undefined {
  return isoOf(job?.status?.completionTime ?? lastTransitionTime);
}
