import type { Finding } from '../../report/finding';
import type { JobOutcome } from '../follow/job-result';

/**
 * What became of one migration. Committed: `applied`, `rolled back`. `failed`: it is the one that failed. `reverted`: it
 * went back with the transaction of the one that failed. `begun`: nobody heard of its end.
 */
export type MigrationState = 'applied' | 'rolled back' | 'failed' | 'reverted' | 'not started' | 'begun';

export interface MigrationOutcome {
  readonly tag: string;
  readonly state: MigrationState;
  /** How long its statements took; of one that failed, how long its transaction was open. */
  readonly milliseconds?: number | undefined;
}

/** What a person must look at, with what a program may want to know of it. */
export interface Problem extends Finding {
  readonly migration?: string | undefined;
  readonly sqlstate?: string | undefined;
  /** As messages name it: the file in the image, which need not be here. */
  readonly file?: string | undefined;
  readonly column?: number | undefined;
}

export interface AttemptOutcome {
  readonly pod: string;
  readonly node?: string | undefined;
  readonly startedAt: string;
  /** Id of the run that tells how it ended, in its log lines, its record and its trace. */
  readonly runId?: string | undefined;
  /** The container that tells how it ended. */
  readonly container?: string | undefined;
  readonly exitCode?: number | undefined;
  /** Kubernetes' word, for example `OOMKilled`; why the pod was taken away, where it was. */
  readonly reason?: string | undefined;
}

/** Something that a rollback destroys. */
export interface Loss {
  readonly what: string;
  readonly migration?: string | undefined;
  readonly rows?: number | undefined;
  readonly isEstimate?: boolean | undefined;
}

/** A schema with copies of what was lost. */
export interface KeptRows {
  readonly schema: string;
  readonly rows: number;
}

export interface RollbackOutcome {
  /** The last migration that stays; null where none stays. */
  readonly target: string | null;
  readonly database?: string | undefined;
  /** The plan that was not carried out: what it undoes, in one sentence and step by step. */
  readonly planMessage?: string | undefined;
  readonly planDetail?: string | undefined;
  /** What is lost, in one sentence, and as the plan shows it. */
  readonly lossMessage?: string | undefined;
  readonly lossDetail?: string | undefined;
  readonly losses: readonly Loss[];
  /** What was copied and committed. */
  readonly kept: readonly KeptRows[];
  /** What was to be kept, where nothing was rolled back. */
  readonly keepMessage?: string | undefined;
  /** Confirms the plan that was shown; absent when it was carried out. */
  readonly token?: string | undefined;
  readonly tokenExpires?: string | undefined;
}

/** What a run was for. */
export type VerdictKind = 'migration' | 'rollback';

/** What people are told of a Job that was followed, or that could not even be started. */
export interface Verdict {
  readonly kind: VerdictKind;
  /**
   * `refused`: no Job was followed, because files, cluster or API did not allow it. `unfinished`: every Job succeeded, but
   * what waits for it was not applied.
   */
  readonly outcome: JobOutcome | 'refused' | 'unfinished';
  readonly exitCode: number;
  /** One sentence that says it all. */
  readonly headline: string;
  readonly namespace?: string | undefined;
  readonly job?: string | undefined;
  readonly image?: string | undefined;
  /** Id of the last run, by which its log lines, its record in the database and its trace are found. */
  readonly runId?: string | undefined;
  /** Reason of the Job's condition. */
  readonly reason?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  readonly milliseconds?: number | undefined;
  readonly attempts: readonly AttemptOutcome[];
  /** In the order in which they were run. */
  readonly migrations: readonly MigrationOutcome[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly rollback?: RollbackOutcome | undefined;
}
