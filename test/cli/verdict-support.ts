import type { JobResult } from '../../cli/src/cluster/follow/job-result';
import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import type { LogEvent } from '../../runner/src/report/render-event';
import type { RunnerResult } from '../support/runner';

/** What following a Job gives whose containers ran as these did, each run an attempt of its own. */
export function jobResultOf(
  runs: readonly RunnerResult[],
  more: Partial<JobResult> = {},
  container = 'migrate',
): JobResult {
  const last = runs.at(-1);
  const code = last?.code ?? 0;
  const summaries = runs.map(
    ({ termination }) => (summaryOf(termination) ?? {}) as { message?: string; remedy?: string },
  );
  return {
    ...{
      namespace: 'orders',
      job: 'db-migration-1a2b3c4d',
      uid: 'u',
      image: 'registry.example/app@sha256:0a',
    },
    ...{ outcome: code === 0 ? 'succeeded' : 'failed', exitCode: code },
    message: code === 0 ? 'job orders/db-migration-1a2b3c4d succeeded' : summaries.at(-1)?.message,
    remedy: code === 0 ? undefined : summaries.at(-1)?.remedy,
    ...{ startedAt: '2026-02-03T10:00:00Z', finishedAt: '2026-02-03T10:00:12Z' },
    attempts: runs.map((run, index) => ({
      ...{ pod: `db-migration-1a2b3c4d-${index}`, node: 'node-a', startedAt: '2026-02-03T10:00:00Z' },
      containers: [
        {
          ...{ name: container, isInit: false, exitCode: run.code ?? 137, startedAt: '2026-02-03T10:00:01Z' },
          ...{ reason: run.code === 0 ? 'Completed' : 'Error', summary: summaries[index] },
        },
      ],
    })),
    events: runs.flatMap(({ events }) => events as unknown as LogEvent[]),
    ...more,
  };
}
