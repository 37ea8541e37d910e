import type { V1Job } from '@kubernetes/client-node';

/** Where a Job stands. One whose failure is decided but whose pods still end counts as running. */
export type JobState = 'missing' | 'being deleted' | 'running' | 'succeeded' | 'failed';

export function stateOf(job: V1Job | undefined): JobState {
  if (!job) return 'missing';
  if (job.metadata?.deletionTimestamp) return 'being deleted';
  const holds = (type: string) =>
    job.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  if (holds('Complete')) return 'succeeded';
  return holds('Failed') ? 'failed' : 'running';
}
