import type { FollowPrinter } from './follow-printer';
import type { StuckKind } from './job-result';

/** Milliseconds for which a pod may be stuck in each way before waiting for it counts as useless. */
export type Graces = Readonly<Record<StuckKind, number>>;

/** Long enough for what mends itself: a registry that is restarted, a Secret that is still made, a node that is added. */
export const DEFAULT_GRACES: Graces = {
  image: 60_000,
  config: 60_000,
  volume: 120_000,
  admission: 30_000,
  scheduling: 300_000,
  container: 60_000,
  sandbox: 120_000,
};

/** Exactly one Job: another one of the same name has another uid. */
export interface FollowTarget {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface FollowOptions {
  readonly printer: FollowPrinter;
  /** What differs from {@link DEFAULT_GRACES}, in milliseconds; 0 gives up at once. */
  readonly graces?: Partial<Graces> | undefined;
  /**
   * Milliseconds after which following ends although the Job still runs.
   * @default - the Job's activeDeadlineSeconds, the grace period of its pod and a minute; without a deadline an hour for it
   */
  readonly timeout?: number | undefined;
  /** Ends following; the Job is left as it is. */
  readonly signal?: AbortSignal | undefined;
}
