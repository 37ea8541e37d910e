import type { V1Pod } from '@kubernetes/client-node';
import { containersOf, isPodOver, type ObservedContainer } from './containers';
import { newestEvent, timeOf } from './event-facts';
import type { StuckKind } from './job-result';
import { millisecondsOf } from './moments';
import type { ObservedJob, ObservedPod } from './observed-job';

/** Something that keeps a Job from going on, for as long as it is there. */
export interface StuckSign {
  readonly kind: StuckKind;
  /** The pod, or the Job where there is no pod: what the grace is counted for. */
  readonly uid: string;
  /** What Kubernetes says, with the object. */
  readonly message: string;
  /** Nothing but a change of the manifest can help, so that no grace is given. */
  readonly isFinal?: boolean;
}

/** What keeps the Job from going on as it was seen last; empty while it goes on, pauses between two pods, or has ended. */
export function stuckSigns(observed: ObservedJob): StuckSign[] {
  const { job } = observed;
  if (observed.isGone || job?.spec?.suspend === true || job?.metadata?.deletionTimestamp) return [];
  const alive = observed.pods.filter(
    ({ pod, isGone }) => !isGone && !isPodOver(pod) && !pod.metadata?.deletionTimestamp,
  );
  if (alive.length === 0) return signOfNoPod(observed);
  return alive.flatMap((each) => signOfPod(observed, each) ?? []);
}

/** The cluster refuses to make the pod: admission or quota. An older refusal was overcome when a pod was made after it. */
function signOfNoPod({ target, pods, events, job }: ObservedJob): StuckSign[] {
  const refused = newestEvent(events, target.uid, ['FailedCreate']);
  const newestPod = Math.max(0, ...pods.map(({ pod }) => millisecondsOf(pod.metadata?.creationTimestamp)));
  if (!job || (job.status?.active ?? 0) > 0 || !refused || timeOf(refused) < newestPod) return [];
  return [
    {
      kind: 'admission',
      uid: target.uid,
      message: `job ${target.namespace}/${target.name}: ${refused.message ?? refused.reason ?? ''}`,
    },
  ];
}

function signOfPod(observed: ObservedJob, { uid, name, pod }: ObservedPod): StuckSign | undefined {
  const sign = (kind: StuckKind, message: string, isFinal = false): StuckSign => ({
    ...{ kind, uid, isFinal },
    message: `pod ${observed.target.namespace}/${name}: ${message}`,
  });
  const unscheduled = unscheduledMessage(pod);
  if (unscheduled !== undefined) return sign('scheduling', unscheduled);
  const containers = containersOf(pod, observed.job);
  for (const container of containers) {
    const found = kindOfWaiting(container, containers);
    const { reason, message } = container.status?.state?.waiting ?? {};
    if (!found) continue;
    const words = [reason, message].filter(Boolean).join(': ');
    return sign(found, `container ${container.name}: ${words}`, reason === 'InvalidImageName');
  }
  if (!isBeforeItsContainers(pod, containers)) return undefined;
  const volume = newestEvent(observed.events, uid, ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);
  if (volume) return sign('volume', volume.message ?? '');
  const sandbox = newestEvent(observed.events, uid, ['FailedCreatePodSandBox', 'NetworkNotReady']);
  if (sandbox) return sign('sandbox', sandbox.message ?? '');
  return observed.areEventsHidden
    ? sign('sandbox', 'its containers are not made, and its events, which say why, may not be read')
    : undefined;
}

/** What the scheduler says; undefined once the pod has a node. */
function unscheduledMessage(pod: V1Pod): string | undefined {
  if (pod.spec?.nodeName) return undefined;
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  return [condition.reason, condition.message].filter(Boolean).join(': ');
}

const IMAGE = [
  ...['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError'],
  ...['RegistryUnavailable', 'SignatureValidationFailed'],
];
const CONTAINER = ['CreateContainerError', 'RunContainerError', 'PreCreateHookError', 'PostStartHookError'];

function kindOfWaiting(
  container: ObservedContainer,
  all: readonly ObservedContainer[],
): StuckKind | undefined {
  const reason = container.status?.state?.waiting?.reason ?? '';
  if (IMAGE.includes(reason)) return 'image';
  if (reason === 'CreateContainerConfigError') return 'config';
  if (CONTAINER.includes(reason)) return 'container';
  // A sidecar that crashes holds back what starts after it. The others are started again as often as the Job allows.
  const holdsBack = container.isSidecar && container.isInit && all.every((each) => !isMainStarted(each));
  return reason === 'CrashLoopBackOff' && holdsBack ? 'container' : undefined;
}

function isMainStarted({ isInit, status }: ObservedContainer): boolean {
  return !isInit && (status?.state?.running ?? status?.state?.terminated) !== undefined;
}

/** Whether the node still prepares volumes, network and sandbox. */
function isBeforeItsContainers(pod: V1Pod, containers: readonly ObservedContainer[]): boolean {
  if (!pod.spec?.nodeName || pod.status?.phase !== 'Pending') return false;
  const isReady = pod.status.conditions?.some(
    ({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True',
  );
  const hasBegun = containers.some(({ status }) => status?.state?.running ?? status?.state?.terminated);
  return !isReady && !hasBegun;
}
