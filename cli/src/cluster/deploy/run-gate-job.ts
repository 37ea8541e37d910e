import type { V1Job } from '@kubernetes/client-node';
import type { Cluster } from '../client/cluster';
import { followJob } from '../follow/follow-job';
import type { FollowOptions } from '../follow/follow-options';
import type { JobResult } from '../follow/job-result';
import { placeJob, refOf } from '../place/place-job';

export interface RunOptions extends FollowOptions {
  /** Whether a Job that failed before is run again. @default false */
  readonly retry?: boolean | undefined;
}

/**
 * Puts a gate's Job into the cluster and follows it to its end. One that failed before, and is not to be run again, is
 * told once more, as far as its pods are still there.
 *
 * @throws ClusterError (87) when the cluster refuses the Job.
 */
export async function runGateJob(cluster: Cluster, job: V1Job, options: RunOptions): Promise<JobResult> {
  const { name, namespace } = refOf(cluster, job);
  const { uid, how } = await placeJob(cluster, job, {
    retry: options.retry,
    signal: options.signal,
    print: options.printer.note,
  });
  const result = await followJob(cluster, { namespace, name, uid }, options);
  const isOld = how === 'failed' && result.outcome === 'failed';
  return isOld ? { ...result, afterwards: 'deploy with --retry to run it again' } : result;
}
