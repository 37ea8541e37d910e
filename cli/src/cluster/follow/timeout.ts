import type { V1Job } from '@kubernetes/client-node';

const MINUTE_S = 60;
const HOUR_S = 3600;
/** What Kubernetes gives a pod to end when it says nothing. */
const GRACE_S = 30;

/** Milliseconds within which a Job ends by itself: its deadline, then its pod's time to stop, and a minute for the cluster. */
export function timeoutOf(job: V1Job | undefined): number {
  const { activeDeadlineSeconds = HOUR_S, template } = job?.spec ?? {};
  const grace = template?.spec?.terminationGracePeriodSeconds ?? GRACE_S;
  return (activeDeadlineSeconds + grace + MINUTE_S) * 1000;
}
