import { jobFailure } from '../../cli/src/cluster/follow/job-failure';
import type { ObservedJob } from '../../cli/src/cluster/follow/observed-job';
import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import type { TerminationSummary } from '../../runner/src/report/explain-run';
import { renderTerminationMessage } from '../../runner/src/report/termination-message';

const summary = { command: 'migrate', outcome: 'failed', exitCode: 82, run_id: 'x', message: 'no' } as const;

test.each([
  ['lines for a person and JSON as the last', renderTerminationMessage(summary)],
  ['JSON alone, as runners wrote it before', JSON.stringify(summary)],
  ['JSON with a line break after it', `${JSON.stringify(summary)}\n`],
])('a summary is read from %s', (_name, message) => {
  expect(summaryOf(message)).toEqual(summary);
});

test.each([
  ['no message', undefined],
  ['the end of a log', '{"level":"info","event":"unit_started","message":"begins"}\n'],
  ['a message that the kubelet cut', renderTerminationMessage(summary).slice(0, -3)],
  ['what another program wrote', 'Killed\n12'],
])('%s has none', (_name, message) => {
  expect(summaryOf(message)).toBeUndefined();
});

const RUNNING: TerminationSummary = {
  ...{ command: 'migrate', outcome: 'running', run_id: 'x', migration: '0004_big' },
  message: 'It was at statement 2 of 0004_big.sql since 2026-02-03T10:00:00.000Z',
};

/** A Job whose only container ended so. */
function observedJob(terminated: object): ObservedJob {
  const pod = {
    spec: {
      containers: [{ name: 'migrate', resources: { limits: { memory: '64Mi' } } }],
      restartPolicy: 'Never',
    },
    status: { phase: 'Failed', containerStatuses: [{ name: 'migrate', state: { terminated } }] },
  } as const;
  const pods = [{ uid: 'p', name: 'pod', pod, isGone: false }];
  return { target: { namespace: 'orders', name: 'db' }, pods } as unknown as ObservedJob;
}

test.each([
  [
    'OOMKilled',
    'job orders/db: container migrate was killed because it needed more memory than its limit (64Mi; OOMKilled); it was at statement 2 of 0004_big.sql since',
  ],
  [
    'Error',
    'job orders/db failed: container migrate ended with exit code 137; it was at statement 2 of 0004_big.sql since',
  ],
])('of a container that was killed (%s) it is told where it was', (reason, expected) => {
  const message = renderTerminationMessage(RUNNING);
  const failure = jobFailure(observedJob({ exitCode: 137, reason, message }), { outcome: 'failed' }, []);
  expect(failure.message).toContain(expected);
});
