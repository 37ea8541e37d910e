import type { CoreV1Event } from '@kubernetes/client-node';
import { millisecondsOf } from './moments';

/** When an event happened last. */
export function timeOf(event: CoreV1Event): number {
  return Math.max(
    millisecondsOf(event.series?.lastObservedTime),
    millisecondsOf(event.lastTimestamp),
    millisecondsOf(event.eventTime),
    millisecondsOf(event.metadata.creationTimestamp),
  );
}

/** The newest event with one of the reasons about an object. */
export function newestEvent(
  events: readonly CoreV1Event[],
  uid: string,
  reasons: readonly string[],
): CoreV1Event | undefined {
  return events
    .filter(({ involvedObject, reason }) => involvedObject.uid === uid && reasons.includes(reason ?? ''))
    .sort((a, b) => timeOf(b) - timeOf(a))[0];
}
