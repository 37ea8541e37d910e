import type { V1Job } from '@kubernetes/client-node';
import { Command } from '../../../../core/contract';
import type { RecordedRun } from '../../../../runner/src/runs/recorded-run';
import { exitCodeInWords } from '../follow/job-failure';
import { gateKindOf, mainContainerOf } from '../gate-job';
import { createdAt } from '../short-job/newest-gate';

/** A run as a person asks for it: recorded in the database, or known by its Job alone. */
export interface ClusterRun {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'lost';
  readonly exitCode: number | null;
  /** Kubernetes' word for the end of a Job. */
  readonly reason: string | null;
  readonly durationMs: number | null;
  readonly migrations: readonly string[];
  readonly image: string | null;
  readonly job: string | null;
  /** Whether the database has no record of it: it came to nothing there, or its Job is not done. */
  readonly isOnlyInCluster: boolean;
}

/** The clocks of database and cluster may differ by so much. */
const CLOCKS_MS = 60_000;

/**
 * What ran, the newest first. The record in the database outlives the Job; the Job knows of runs that never reached the
 * database, and of those that ended otherwise than their record.
 */
export function clusterRuns(jobs: readonly V1Job[], records: readonly RecordedRun[]): ClusterRun[] {
  const recorded = records.map(fromRecord);
  const unrecorded = jobs.map(fromJob).filter((run) => !isTold(run, recorded));
  return [...recorded, ...unrecorded].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

function fromRecord(run: RecordedRun): ClusterRun {
  const { startedAt, command, outcome, exitCode, durationMs, image, job, migrations } = run;
  return {
    ...{
      startedAt,
      command,
      outcome,
      exitCode,
      durationMs,
      image,
      job,
      reason: null,
      isOnlyInCluster: false,
    },
    migrations: migrations.map(({ migration }) => migration),
  };
}

function fromJob(job: V1Job): ClusterRun {
  const { status } = job;
  const end = status?.conditions?.find(
    (each) => (each.type === 'Complete' || each.type === 'Failed') && each.status === 'True',
  );
  const startedAt = String(status?.startTime ?? createdAt(job));
  const finishedAt = end && String(status?.completionTime ?? end.lastTransitionTime);
  return {
    startedAt,
    command: gateKindOf(job) === 'rollback' ? Command.ROLLBACK : Command.MIGRATE,
    outcome: end === undefined ? 'running' : end.type === 'Complete' ? 'succeeded' : 'failed',
    exitCode: (end?.type === 'Failed' ? exitCodeInWords(end.message) : undefined) ?? null,
    reason: end?.type === 'Failed' ? (end.reason ?? null) : null,
    durationMs: finishedAt === undefined ? null : Date.parse(finishedAt) - Date.parse(startedAt),
    migrations: [],
    image: mainContainerOf(job)?.image ?? null,
    job: job.metadata?.name ?? null,
    isOnlyInCluster: true,
  };
}

/** Whether the last record of a Job says the same of it. A Job of the same name may have run before. */
function isTold(run: ClusterRun, recorded: readonly ClusterRun[]): boolean {
  const started = Date.parse(run.startedAt) - CLOCKS_MS;
  const [last] = recorded
    .filter(({ job, startedAt }) => job === run.job && Date.parse(startedAt) >= started)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  return last !== undefined && (last.outcome === run.outcome || run.outcome === 'running');
}
