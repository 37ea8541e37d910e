import type { V1Container, V1Job, V1Pod } from '@kubernetes/client-node';
import { toGateError } from '../../../../runner/src/errors/to-gate-error';
import type { Cluster } from '../client/cluster';
import type { FollowTarget } from '../follow/follow-options';
import type { FollowPrinter } from '../follow/follow-printer';
import { parseEvent } from '../follow/parse-line';
import { createdAt } from '../short-job/newest-gate';

/** Shows what the pods of a Job have logged until now: attempts in order, and in each the containers as they start. */
export async function printLogs(
  cluster: Cluster,
  { namespace, uid }: FollowTarget,
  job: V1Job,
  printer: FollowPrinter,
  signal: AbortSignal,
): Promise<{ readonly pods: number; readonly isRunning: boolean }> {
  const pods = await cluster.list<V1Pod>({
    ...{ apiVersion: 'v1', kind: 'Pod', namespace },
    labelSelector: `batch.kubernetes.io/controller-uid=${uid}`,
  });
  pods.sort((a, b) => createdAt(a).localeCompare(createdAt(b)));
  for (const [index, pod] of pods.entries()) {
    const name = pod.metadata?.name ?? '';
    printer.attempt(index + 1, name);
    for (const container of containersOf(job)) {
      if (!hasStarted(pod, container.name)) continue;
      printer.container(container.name);
      try {
        const request = { namespace, pod: name, container: container.name, follow: false };
        for await (const { text } of cluster.logs(request, signal)) {
          const event = parseEvent(text);
          if (event) printer.event(event);
          else printer.line(text);
        }
      } catch (error) {
        signal.throwIfAborted();
        printer.note(`the log of ${container.name} can not be read: ${toGateError(error).message}`);
      }
    }
  }
  const isOver = job.status?.conditions?.some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return { pods: pods.length, isRunning: !isOver };
}

/** Those of the Job itself, without what an injector adds and without sidecars. */
function containersOf(job: V1Job): V1Container[] {
  const { initContainers = [], containers = [] } = job.spec?.template.spec ?? {};
  return [...initContainers.filter(({ restartPolicy }) => restartPolicy !== 'Always'), ...containers];
}

function hasStarted({ status }: V1Pod, container: string): boolean {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const state = statuses.find(({ name }) => name === container)?.state;
  return state?.running !== undefined || state?.terminated !== undefined;
}
