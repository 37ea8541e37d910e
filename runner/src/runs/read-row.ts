import type { RecordedRun, RunMigration, RunOutcome, UncommittedOutcome } from './recorded-run';

/** A record as the database gives it. */
export interface RecordedRow {
  readonly outcome: RunOutcome;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /** The row as JSON, without its plan: an older table has fewer columns, a newer one more. */
  readonly recorded: string;
  /** Of `rollback-kept`; that of a rollback can be large. */
  readonly plan: string | null;
  /** Of a run that wrote no end: the migrations that it was to apply or undo, as JSON. */
  readonly planned: string | null;
}

interface Recorded {
  readonly run_id: string;
  readonly command: string;
  readonly exit_code: number | null;
  readonly runner_version: string;
  readonly migrations: readonly Readonly<Record<string, unknown>>[];
  readonly uncommitted?: readonly RunMigration<UncommittedOutcome>[] | null;
  readonly failure?: RecordedRun['failure'];
  readonly confirmed_by?: string | null;
  readonly plan_hash?: string | null;
  readonly folder_digest?: string | null;
  readonly role?: string | null;
  readonly contract_version?: string | null;
  readonly image?: string | null;
  readonly job?: string | null;
  readonly pod?: string | null;
}

export function recordedRun({ recorded, plan, planned, ...times }: RecordedRow): RecordedRun {
  const row = JSON.parse(recorded) as Recorded;
  const { image = null } = row;
  return {
    ...{ id: row.run_id, command: row.command, exitCode: row.exit_code, ...times },
    ...{ migrations: row.migrations.map(runMigration), migrationCount: row.migrations.length },
    ...{ uncommitted: row.uncommitted ?? unfinished(planned, row.migrations), failure: row.failure ?? null },
    ...{ confirmedBy: row.confirmed_by ?? null, planHash: row.plan_hash ?? null },
    ...{ folderDigest: row.folder_digest ?? null, role: row.role ?? null },
    kept: plan === null ? null : (JSON.parse(plan) as RecordedRun['kept']),
    ...{ runnerVersion: row.runner_version, contractVersion: row.contract_version ?? null },
    ...{ image, imageDigest: image?.split('@')[1] ?? null, job: row.job ?? null, pod: row.pod ?? null },
  };
}

/** What a run without an end had planned and not committed. */
function unfinished(
  planned: string | null,
  committed: Recorded['migrations'],
): RunMigration<UncommittedOutcome>[] {
  const members: readonly { readonly migration: string; readonly hash?: string }[] = JSON.parse(
    planned ?? '[]',
  );
  const done = new Set(committed.map(({ migration }) => migration));
  return members
    .filter(({ migration }) => !done.has(migration))
    .map(({ migration, hash = null }) => ({
      ...{
        migration,
        outcome: 'unfinished',
        hash,
        duration_ms: null,
        rows: null,
        statements: null,
        at: null,
      },
    }));
}

/** `applied_at` says what was done and when; whoever asks with SQL finds it so. */
function runMigration(entry: Readonly<Record<string, unknown>>): RunMigration {
  const [outcome, at] =
    Object.entries(entry).flatMap(([key, value]) => {
      const done = /^(.+)_at$/.exec(key)?.[1];
      return done === undefined ? [] : [[done, value] as const];
    })[0] ?? [];
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  return {
    migration: String(entry.migration),
    outcome: (outcome ?? 'applied') as RunMigration['outcome'],
    hash: text(entry.hash),
    ...{ duration_ms: number(entry.duration_ms), rows: number(entry.rows) },
    ...{ statements: number(entry.statements), at: text(at) },
  };
}
