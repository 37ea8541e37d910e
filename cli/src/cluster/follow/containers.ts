import type {
  V1Container,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Job,
  V1Pod,
} from '@kubernetes/client-node';
import { millisecondsOf } from './moments';

/** A container of a pod with what the kubelet says of it. */
export interface ObservedContainer {
  readonly name: string;
  readonly isInit: boolean;
  /** Runs beside the others and ends with them: a native sidecar, or a container that somebody put into the pod. */
  readonly isSidecar: boolean;
  readonly status: V1ContainerStatus | undefined;
}

/** The containers of a pod in the order in which they start: init containers, then the others. */
export function containersOf(pod: V1Pod, job: V1Job | undefined): ObservedContainer[] {
  const template = job?.spec?.template.spec;
  const own = template && [...(template.initContainers ?? []), ...template.containers];
  const observe =
    (isInit: boolean, statuses: readonly V1ContainerStatus[] = []) =>
    (container: V1Container): ObservedContainer => ({
      name: container.name,
      isInit,
      isSidecar:
        container.restartPolicy === 'Always' ||
        (own !== undefined && !own.some(({ name }) => name === container.name)),
      status: statuses.find(({ name }) => name === container.name),
    });
  return [
    ...(pod.spec?.initContainers ?? []).map(observe(true, pod.status?.initContainerStatuses)),
    ...(pod.spec?.containers ?? []).map(observe(false, pod.status?.containerStatuses)),
  ];
}

/** Reasons with which a kubelet reports a container that never ran, or of which nobody knows how it ended. */
const NOT_RUN = ['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown'];

/** Whether there is a log to ask for: the container runs, or ran. */
export function hasRun({ status }: ObservedContainer): boolean {
  const { running, terminated } = status?.state ?? {};
  if (running || status?.lastState?.terminated) return true;
  return terminated !== undefined && !NOT_RUN.includes(terminated.reason ?? '');
}

/** The code with which the container's own process ended; undefined where it has not, or where it never began. */
export function ownExitCode({ status }: ObservedContainer): number | undefined {
  const terminated = terminationOf(status);
  if (!terminated || NOT_RUN.includes(terminated.reason ?? '')) return undefined;
  return terminated.exitCode;
}

/** Whether nothing in the pod runs any more, or ever will. */
export function isPodOver(pod: V1Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/**
 * The container because of which a pod failed: of those that ended with a code the one that ended first, because the others
 * are stopped after it. Sidecars count only where nothing else failed.
 */
export function failedContainer(pod: V1Pod, job: V1Job | undefined): ObservedContainer | undefined {
  const failed = containersOf(pod, job).filter(({ status }) => (terminationOf(status)?.exitCode ?? 0) !== 0);
  const endedAt = ({ status }: ObservedContainer) => millisecondsOf(terminationOf(status)?.finishedAt);
  const inOrder = failed.sort((a, b) => endedAt(a) - endedAt(b));
  return inOrder.find(({ isSidecar }) => !isSidecar) ?? inOrder[0];
}

/** How a container ended; the one before, while it waits to be started again. */
export function terminationOf(status: V1ContainerStatus | undefined): V1ContainerStateTerminated | undefined {
  const { terminated, running } = status?.state ?? {};
  return terminated ?? (running ? undefined : status?.lastState?.terminated);
}
