import type { V1Job } from '@kubernetes/client-node';
import { clusterRuns } from '../../cli/src/cluster/status/cluster-runs';
import { renderRuns } from '../../cli/src/cluster/status/render-runs';
import type { RecordedRun } from '../../runner/src/runs/recorded-run';
import { asLive, jobOf, MIGRATION_FILE, ROLLBACK_FILE } from './in-cluster-support';

function job(
  name: string,
  startTime: string,
  end?: { type: string; at: string; reason?: string; message?: string },
  file = MIGRATION_FILE,
): V1Job {
  const live = asLive(jobOf(file), name, startTime);
  if (live.metadata) live.metadata.name = name;
  const conditions = end && [{ ...end, status: 'True', lastTransitionTime: end.at }];
  live.status = { startTime, conditions } as unknown as NonNullable<V1Job['status']>;
  return live;
}

const RECORD: RecordedRun = {
  ...{ id: '1', command: 'migrate', outcome: 'succeeded', exitCode: 0, runnerVersion: '0.1.0' },
  ...{ startedAt: '2026-03-01T10:00:05.000Z', finishedAt: '2026-03-01T10:00:07.000Z', durationMs: 2000 },
  migrations: [
    {
      ...{ migration: '0000_one', outcome: 'applied', duration_ms: 5, rows: 0, statements: 1 },
      ...{ hash: null, at: null },
    },
  ],
  ...{ migrationCount: 1, uncommitted: [], failure: null, kept: null },
  ...{ confirmedBy: null, planHash: null, folderDigest: null, role: null, contractVersion: null },
  ...{ image: 'shop:1', imageDigest: null, job: 'db-migration-1', pod: 'p' },
};

test('a run is told once: by its record, which knows more', () => {
  const done = job('db-migration-1', '2026-03-01T10:00:00Z', {
    type: 'Complete',
    at: '2026-03-01T10:00:10Z',
  });
  const runs = clusterRuns([done], [RECORD]);
  expect(runs).toMatchObject([
    { command: 'migrate', durationMs: 2000, migrations: ['0000_one'], image: 'shop:1' },
  ]);
});

test('a record stays when its Job is gone, a Job is told that never reached the database', () => {
  const failed = { type: 'Failed', at: '2026-03-02T11:00:00Z', reason: 'DeadlineExceeded' };
  const stuck = job('db-migration-2', '2026-03-02T10:00:00Z', failed);
  const running = job('db-rollback-1', '2026-03-03T10:00:00Z', undefined, ROLLBACK_FILE);
  expect(clusterRuns([stuck, running], [RECORD])).toMatchObject([
    { command: 'rollback', outcome: 'running', durationMs: null, job: 'db-rollback-1' },
    { command: 'migrate', outcome: 'failed', reason: 'DeadlineExceeded', durationMs: 3_600_000 },
    { job: 'db-migration-1', outcome: 'succeeded' },
  ]);
});

test('of a Job that reached no database, the exit code is the one that its condition tells', () => {
  const refused = job(
    'db-rollback-1',
    '2026-03-02T10:00:00Z',
    {
      ...{ type: 'Failed', at: '2026-03-02T10:00:06Z', reason: 'PodFailurePolicy' },
      message:
        'Container pre-rollback-check for pod shop/db-rollback-1-x failed with exit code 85 matching FailJob rule at index 1',
    },
    ROLLBACK_FILE,
  );
  const runs = clusterRuns([refused], []);
  expect(runs).toMatchObject([{ outcome: 'failed', exitCode: 85, reason: 'PodFailurePolicy' }]);
  expect(renderRuns(runs)).toContain('failed (85)');
});

test('a Job that was run again, or ended otherwise than its record, is told beside it', () => {
  const again = job('db-migration-1', '2026-03-05T10:00:00Z', {
    type: 'Complete',
    at: '2026-03-05T10:00:09Z',
  });
  expect(clusterRuns([again], [RECORD])).toHaveLength(2);
  const failed = { type: 'Failed', at: '2026-03-01T10:01:00Z', reason: 'BackoffLimitExceeded' };
  const other = job('db-migration-1', '2026-03-01T10:00:00Z', failed);
  expect(
    clusterRuns([other], [RECORD])
      .map(({ outcome }) => outcome)
      .sort(),
  ).toEqual(['failed', 'succeeded']);
  const now = job('db-migration-1', '2026-03-01T10:00:00Z');
  expect(clusterRuns([now], [{ ...RECORD, outcome: 'failed', exitCode: 69 }])).toHaveLength(1);
});

test('the table has outcome, duration and image, and the last ten', () => {
  const records = Array.from({ length: 12 }, (_, index) => ({ ...RECORD, id: String(index) }));
  const text = renderRuns(
    clusterRuns(
      [],
      [
        { ...RECORD, outcome: 'failed' as const, exitCode: 82, startedAt: '2026-04-01T00:00:00Z' },
        ...records,
      ],
    ),
  );
  expect(text).toMatch(
    /2026-04-01 00:00:00Z │ migrate │ failed \(82\) │ 2\.0 s │ 0000_one\s+│ shop:1 │ db-migration-1/,
  );
  expect(text).toMatch(/the last 10 of 13 runs$/);
  expect(renderRuns([])).toBe('no run is known, neither in the cluster nor in the database');
});
