import type { V1Pod } from '@kubernetes/client-node';
import { failedContainer, terminationOf } from './containers';
import type { JobEnd } from './job-end';
import type { ObservedJob } from './observed-job';

/** Why the cluster, and not the program in it, ended a pod. */
export interface ClusterCause {
  readonly message: string;
  readonly remedy: string;
}

/** Why the cluster ended the last attempt; undefined where the program itself gave up. */
export function clusterCause(observed: ObservedJob, { reason }: JobEnd): ClusterCause | undefined {
  if (reason === 'DeadlineExceeded') {
    const seconds = observed.job?.spec?.activeDeadlineSeconds;
    return {
      message: `it took longer than its activeDeadlineSeconds (${seconds} s) and was stopped`,
      remedy:
        'see in the log what it waited for; give it a longer activeDeadline where it only needs more time',
    };
  }
  const last = observed.pods.at(-1);
  return last && (causeInContainer(observed, last.pod) ?? causeInPod(last.pod, last.isGone));
}

const START = ['StartError', 'ContainerCannotRun'];

function causeInContainer({ job }: ObservedJob, pod: V1Pod): ClusterCause | undefined {
  const container = failedContainer(pod, job);
  const { reason = '', message = '' } = terminationOf(container?.status) ?? {};
  if (reason === 'OOMKilled') {
    const spec = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
    const limit = spec.find(({ name }) => name === container?.name)?.resources?.limits?.memory;
    return {
      message: `container ${container?.name} was killed because it needed more memory than its limit (${limit ?? 'none'}; OOMKilled)`,
      remedy: 'raise the memory limit of the Job',
    };
  }
  if (START.includes(reason)) {
    return {
      message: `container ${container?.name} could not be started: ${message.trim()}`,
      remedy: 'correct command and args of the container, or the image: what they name is not in it',
    };
  }
  if (reason === 'ContainerStatusUnknown') {
    return {
      message: `container ${container?.name} was lost with its node: ${message.trim()}`,
      remedy: 'deploy again; a migration that was stopped midway goes on',
    };
  }
  return undefined;
}

function causeInPod(pod: V1Pod, isGone: boolean): ClusterCause | undefined {
  const { reason, message, conditions } = pod.status ?? {};
  const disruption = conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  const remedy = 'deploy again; a migration that was stopped midway goes on';
  if (reason) return { message: `its pod was ended (${reason}): ${message ?? ''}`, remedy };
  if (disruption) {
    return { message: `its pod was taken away (${disruption.reason}): ${disruption.message ?? ''}`, remedy };
  }
  // With restartPolicy OnFailure the Job's controller deletes the pod itself when the limit is reached.
  if (pod.spec?.restartPolicy !== 'Never') return undefined;
  const wasDeleted = isGone || pod.metadata?.deletionTimestamp !== undefined;
  return wasDeleted ? { message: 'its pod was deleted', remedy } : undefined;
}
