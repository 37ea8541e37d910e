import type { JobState } from './job-state';

/** What is done about a Job of the same name. */
export type Step = 'create' | 'wait' | 'replace' | 'join' | 'keep' | 'refuse';

export interface Found {
  readonly state: JobState;
  /** Whether it was made from another template, which Kubernetes never changes. */
  readonly differs: boolean;
  readonly retry: boolean;
}

/**
 * A Job that succeeded proves nothing about the database now: rolled back, restored, or another one. It runs again, which
 * costs a run that finds nothing to do. One that failed is run again only when a person has looked at it.
 */
export function decide({ state, differs, retry }: Found): Step {
  switch (state) {
    case 'missing':
      return 'create';
    case 'being deleted':
      return 'wait';
    case 'succeeded':
      return 'replace';
    case 'failed':
      return differs || retry ? 'replace' : 'keep';
    case 'running':
      return differs ? 'refuse' : 'join';
  }
}
