import { type ApiObject, Duration } from 'cdk8s';
import type { GateJobProps } from '../../gate-job-props';
import type { GateJobKind } from '../gate-job-kind';
import { lateObjects } from './check';
import { markJob, markRollbackJob } from './mark';

const DEFAULT_TTL = Duration.days(7);

export function ttlOf(
  { ttlAfterFinished, delivery }: GateJobProps,
  { isRollback }: GateJobKind,
): Duration | undefined {
  const staysByDefault = delivery?._profile.shortestTtl === 'never' && !isRollback;
  return ttlAfterFinished ?? (staysByDefault ? undefined : DEFAULT_TTL);
}

/** Marks the Job for its delivery, and has the synth refuse what would come too late for it. */
export function deliverJob(
  job: ApiObject,
  { delivery, name }: GateJobProps,
  { isRollback }: GateJobKind,
): void {
  if (!delivery) return;
  if (isRollback) {
    markRollbackJob(delivery, job);
    return;
  }
  markJob(delivery, job, name !== undefined);
  job.node.addValidation({ validate: () => lateObjects(job, delivery) });
}
