/**
 * `running` has written no end yet. `lost` never will: it was killed, or lost its connection and found no other. What it
 * has committed is in its migrations all the same.
 */
export type RunOutcome = 'running' | 'succeeded' | 'failed' | 'lost';

/** What became of a migration in a run and stays so. */
export type CommittedOutcome =
  /** Its statements ran, and its history row was written. */
  | 'applied'
  /** Its rollback script ran, and its history row is gone. */
  | 'undone'
  /** A baseline wrote its history row; nothing ran. */
  | 'marked'
  /** A repair wrote the hash and time of its file into its history row; nothing ran. */
  | 'restamped'
  /** A repair removed its history row, for which there was no file; nothing ran. */
  | 'removed'
  /** A repair gave up its progress; nothing ran. */
  | 'forgotten';

/** What became of a migration that a run could not finish, or has not yet. */
export type UncommittedOutcome =
  /** The run failed on it, and nothing of it stays. */
  | 'failed'
  /** It had run without a fault, in a transaction that the failure of another took along. */
  | 'rolled_back'
  /** It can't be one transaction, and some of its statements stay; the next run goes on there. */
  | 'halfway'
  | 'not_started'
  /** The run was to do it, and had not committed it when it was last heard of. */
  | 'unfinished';

/** A migration in the record of a run. What is null was not written by the runner of that time. */
export interface RunMigration<Outcome extends string = CommittedOutcome> {
  /** Its tag. */
  readonly migration: string;
  readonly outcome: Outcome;
  /** SHA-256 of its file, as in Drizzle's history. */
  readonly hash: string | null;
  /** Milliseconds of its statements, without the commit. */
  readonly duration_ms: number | null;
  /** Rows that its statements inserted, updated, deleted, merged or copied. */
  readonly rows: number | null;
  /** How many its script has. */
  readonly statements: number | null;
  /** ISO 8601; null where it was not committed. */
  readonly at: string | null;
}

/** Why a run failed. Without secrets, and without row data unless SHOW_ERROR_DETAIL asked for it; long texts are cut. */
export interface RunFailure {
  /** One line; where several things were wrong, the first of them. */
  readonly message: string;
  readonly exitCode: number;
  readonly sqlstate: string | null;
  /** Tag of the migration that failed. */
  readonly migration: string | null;
  /** Where in its script. */
  readonly place: {
    readonly file: string;
    readonly line: number;
    readonly column?: number;
    readonly statement?: number;
  } | null;
  /** What belongs to the message but not into one line: a caret line, the server's hint, all problems. */
  readonly detail: string | null;
  /** The next step, as an order. */
  readonly remedy: string | null;
}

/**
 * What is recorded of a run that changed the database, or failed: one entry of `runs` in the document of
 * `history --json`. A run that had nothing to do leaves no record. What is null is unknown, because it does not exist
 * (a job outside a cluster) or was written by an older runner.
 */
export interface RecordedRun {
  /** UUID, the `run_id` of its log lines. */
  readonly id: string;
  /** The runner's command: migrate, rollback, baseline, repair, rollback-kept, preflight or rollback-preflight. */
  readonly command: string;
  readonly outcome: RunOutcome;
  readonly exitCode: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /** What it committed, in that order. In a list of many runs the end can be left out, see `migrationCount`. */
  readonly migrations: readonly RunMigration[];
  /** How many migrations it committed. */
  readonly migrationCount: number;
  /** What it could not finish, or has not yet, in the order of the plan; empty where it succeeded. */
  readonly uncommitted: readonly RunMigration<UncommittedOutcome>[];
  /** Null unless it failed. */
  readonly failure: RunFailure | null;
  /** Who confirmed the plan, in the words of the command that carried it out; null where nobody said. */
  readonly confirmedBy: string | null;
  /**
   * SHA-256. Of a migrate: what was pending, tag and content, in order and by units. Of anything that is confirmed: the
   * confirmed plan.
   */
  readonly planHash: string | null;
  /** Digest of the migrations folder. */
  readonly folderDigest: string | null;
  /** The role that logged in (session_user). */
  readonly role: string | null;
  /** The copies that `rollback-kept` restored or removed; null for other commands. */
  readonly kept: {
    readonly action: 'restored' | 'removed';
    readonly schema: string;
    readonly rows: number;
  } | null;
  readonly runnerVersion: string;
  readonly contractVersion: string | null;
  /** As the manifest names it. */
  readonly image: string | null;
  /** `sha256:…`, where the manifest names the image by it. */
  readonly imageDigest: string | null;
  readonly job: string | null;
  readonly pod: string | null;
}
