/** What the Job does when a container ends with a code. */
export type JobAction = 'complete' | 'fail' | 'retry' | 'none';

export interface ExitCodeRow {
  readonly code: number;
  readonly meaning: string;
  /** `fail`: it can't succeed, so the Job fails at once. `retry`: within backoffLimit. `none`: no Job is involved. */
  readonly job: JobAction;
}

/** Every exit code. Node uses 1 to 14, shells 126 to 128, signals 128 and up: our own start at 64. */
export const EXIT = {
  OK: { code: 0, meaning: "the command's promise holds", job: 'complete' },
  USAGE: { code: 64, meaning: 'wrong arguments', job: 'fail' },
  UNAVAILABLE: { code: 69, meaning: 'database unreachable or gone', job: 'retry' },
  INTERNAL: { code: 70, meaning: 'a fault of the runner itself', job: 'retry' },
  TRY_AGAIN: {
    code: 75,
    meaning: 'try again: lock not obtained, deadlock, serialization failure or interrupted',
    job: 'retry',
  },
  ACCESS: { code: 77, meaning: 'login or privilege refused', job: 'fail' },
  CONFIG: { code: 78, meaning: 'configuration wrong; every problem is listed', job: 'fail' },
  PREFLIGHT: { code: 80, meaning: 'pre-flight check refused', job: 'fail' },
  MISMATCH: {
    code: 81,
    meaning: 'history, files or manifest disagree: edited, diverged or another folder',
    job: 'fail',
  },
  MIGRATION_FAILED: { code: 82, meaning: 'a migration failed and its unit was rolled back', job: 'fail' },
  NO_ROLLBACK: {
    code: 83,
    meaning: 'no rollback script for a migration in the range, or it is irreversible',
    job: 'fail',
  },
  CONTRACT: { code: 84, meaning: 'contract version of manifest and image differ', job: 'fail' },
  NOT_CONFIRMED: {
    code: 85,
    meaning: 'a plan (of a rollback, baseline or repair) is not confirmed; it is printed with its token',
    job: 'fail',
  },
  HALFWAY: {
    code: 86,
    meaning: 'a migration or rollback outside a transaction stopped midway; the next run resumes it',
    job: 'retry',
  },
  CLUSTER_REFUSED: {
    code: 87,
    meaning: 'drizzle-gate: the cluster refused or could not start the Job',
    job: 'none',
  },
  STILL_RUNNING: { code: 88, meaning: 'drizzle-gate: followed too long; the Job still runs', job: 'none' },
  API_UNREACHABLE: { code: 89, meaning: 'drizzle-gate: Kubernetes API unreachable', job: 'none' },
  CHECKS_FAILED: { code: 90, meaning: 'drizzle-gate: checks found problems', job: 'none' },
  WAIT_EXPIRED: { code: 91, meaning: 'waiting for the schema took too long', job: 'none' },
  INTERRUPTED: { code: 130, meaning: 'drizzle-gate: interrupted with Ctrl-C', job: 'none' },
} as const satisfies Record<string, ExitCodeRow>;
export type ExitName = keyof typeof EXIT;

/** The codes after which a retry is useless, in ascending order: the Job's failure policy ends on them at once. */
export function finalExitCodes(): number[] {
  return Object.values(EXIT)
    .filter((row) => row.job === 'fail')
    .map((row) => row.code)
    .sort((a, b) => a - b);
}
