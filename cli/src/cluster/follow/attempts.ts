import { containersOf, type ObservedContainer, terminationOf } from './containers';
import type { Attempt, ContainerResult } from './job-result';
import { isoOf } from './moments';
import type { ObservedJob } from './observed-job';
import { summaryOf } from './summary-of';

/** The pods of the Job as they were seen last, in order. */
export function attemptsOf(observed: ObservedJob): Attempt[] {
  return observed.pods.map(({ name, pod }) => ({
    pod: name,
    node: pod.spec?.nodeName,
    startedAt: isoOf(pod.status?.startTime ?? pod.metadata?.creationTimestamp) ?? '',
    containers: containersOf(pod, observed.job).map(resultOf),
    disruption: pod.status?.conditions?.find(
      ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
    )?.reason,
  }));
}

function resultOf({ name, isInit, status }: ObservedContainer): ContainerResult {
  const terminated = terminationOf(status);
  return {
    name,
    isInit,
    exitCode: terminated?.exitCode,
    reason: terminated?.reason ?? status?.state?.waiting?.reason,
    startedAt: isoOf(terminated?.startedAt ?? status?.state?.running?.startedAt),
    finishedAt: isoOf(terminated?.finishedAt),
    summary: summaryOf(terminated?.message),
  };
}
