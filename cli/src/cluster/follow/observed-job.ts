import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import type { Change } from '../client/cluster';
import type { FollowTarget } from './follow-options';
import { millisecondsOf } from './moments';

/** A pod of the Job, as it was seen last. */
export interface ObservedPod {
  readonly uid: string;
  readonly name: string;
  readonly pod: V1Pod;
  /** Whether it was deleted; its last state is kept, because the Job's controller deletes pods that ran too long. */
  readonly isGone: boolean;
}

/**
 * Everything that was seen of a Job, its pods and their events. It forgets nothing: what is deleted is marked, because the
 * reason of a failure is often on an object that the cluster has already taken away.
 */
export class ObservedJob {
  job: V1Job | undefined;
  /** Whether the Job itself was deleted. */
  isGone = false;
  /** When a look at the Job found none while the watch had not said that it is gone. */
  missingSince: number | undefined;
  /** Whether pods and events may not be read. */
  arePodsHidden = false;
  areEventsHidden = false;
  readonly #pods = new Map<string, ObservedPod>();
  readonly #events = new Map<string, CoreV1Event>();

  constructor(readonly target: FollowTarget) {}

  /** In the order in which they were made. */
  get pods(): readonly ObservedPod[] {
    return [...this.#pods.values()];
  }

  get events(): readonly CoreV1Event[] {
    return [...this.#events.values()];
  }

  seeJob(change: Change<V1Job>): void {
    const isOurs = (job: V1Job) => job.metadata?.uid === this.target.uid;
    const objects = (change.type === 'list' ? change.objects : [change.object]).filter(isOurs);
    const [job] = objects;
    if (job) this.job = job;
    if (job ? change.type === 'gone' : change.type === 'list') this.isGone = true;
    if (job) this.missingSince = undefined;
  }

  seePods(change: Change<V1Pod>): void {
    if (change.type !== 'list') {
      this.#seePod(change.object, change.type === 'gone');
      return;
    }
    const listed = [...change.objects].sort(
      (a, b) => millisecondsOf(a.metadata?.creationTimestamp) - millisecondsOf(b.metadata?.creationTimestamp),
    );
    for (const pod of listed) this.#seePod(pod, false);
    const present = new Set(listed.map(({ metadata }) => metadata?.uid));
    for (const { uid, pod } of this.pods) if (!present.has(uid)) this.#seePod(pod, true);
  }

  seeEvents(change: Change<CoreV1Event>): void {
    // An event that is gone has only expired: what it told stays true.
    const events = change.type === 'list' ? change.objects : change.type === 'set' ? [change.object] : [];
    for (const event of events) this.#events.set(event.metadata.uid ?? event.metadata.name ?? '', event);
  }

  #seePod(pod: V1Pod, isGone: boolean): void {
    const { uid = '', name = '' } = pod.metadata ?? {};
    this.#pods.set(uid, { uid, name, pod, isGone });
  }
}
