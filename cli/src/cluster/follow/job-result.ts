import type { LogEvent } from '../../../../runner/src/report/render-event';

/** A container of one attempt, as far as it came. */
export interface ContainerResult {
  readonly name: string;
  readonly isInit: boolean;
  /** Absent while it has not ended, or where nobody knows. */
  readonly exitCode?: number | undefined;
  /** Kubernetes' word, for example `Completed`, `Error` or `OOMKilled`. */
  readonly reason?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  /** The runner's summary in the termination message; absent where it left none. */
  readonly summary?: Readonly<Record<string, unknown>> | undefined;
}

/** One pod of the Job. */
export interface Attempt {
  readonly pod: string;
  readonly node?: string | undefined;
  readonly startedAt: string;
  readonly containers: readonly ContainerResult[];
  /** Why the cluster took the pod away (`DisruptionTarget`), for example `EvictionByEvictionAPI`. */
  readonly disruption?: string | undefined;
}

/** Why it is useless to wait for a Job. */
export type StuckKind = 'image' | 'config' | 'volume' | 'admission' | 'scheduling' | 'container' | 'sandbox';

export interface Stuck {
  readonly kind: StuckKind;
  /** What Kubernetes says, with the object. */
  readonly message: string;
  readonly remedy: string;
}

/**
 * How it ended: `interrupted` and `still running` leave the Job as it is; `lost` means that the API could not be asked any
 * more; `gone` that somebody deleted the Job.
 */
export type JobOutcome = 'succeeded' | 'failed' | 'stuck' | 'still running' | 'interrupted' | 'lost' | 'gone';

/** What became of a Job that was followed. */
export interface JobResult {
  readonly namespace: string;
  readonly job: string;
  readonly uid: string;
  /** Of the last container. */
  readonly image: string;
  readonly outcome: JobOutcome;
  /** 0, the runner's own code where a runner ran, 87 to 89 otherwise, 130 when interrupted. */
  readonly exitCode: number;
  /** Reason of the Job's condition, for example `PodFailurePolicy`, `BackoffLimitExceeded`, `DeadlineExceeded`. */
  readonly reason?: string | undefined;
  /** One line for people: subject and value. */
  readonly message?: string | undefined;
  readonly remedy?: string | undefined;
  /** What comes after the remedy, whoever tells it: a Job that failed before is not run again by itself. */
  readonly afterwards?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  readonly attempts: readonly Attempt[];
  /** What the runner logged, of all attempts in order; the last 10,000. */
  readonly events: readonly LogEvent[];
  readonly stuck?: Stuck | undefined;
}
