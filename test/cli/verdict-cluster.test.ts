import type { JobResult } from '../../cli/src/cluster/follow/job-result';
import { meaningOf, renderDuration } from '../../cli/src/cluster/verdict/headline';
import { renderStepSummary } from '../../cli/src/cluster/verdict/render-step-summary';
import { renderTerminal } from '../../cli/src/cluster/verdict/render-terminal';
import { timeline } from '../../cli/src/cluster/verdict/timeline';
import { verdictJson } from '../../cli/src/cluster/verdict/verdict-json';
import { verdictOf, verdictOfError } from '../../cli/src/cluster/verdict/verdict-of';
import { GateError } from '../../runner/src/errors/gate-error';
import type { LogEvent } from '../../runner/src/report/render-event';

const event = (name: LogEvent['event'], fields: object, level: LogEvent['level'] = 'info'): LogEvent => ({
  ...{ time: '2026-02-03T10:00:00.000Z', level, event: name, message: name },
  ...fields,
});

const RESULT: JobResult = {
  ...{ namespace: 'orders', job: 'db-migration-1a2b3c4d', uid: 'u', image: 'app:1' },
  ...{ outcome: 'failed', exitCode: 87, attempts: [], events: [] },
};

const attempt = (pod: string, exitCode: number, more: object = {}): JobResult['attempts'][number] => ({
  ...{ pod, startedAt: '2026-02-03T10:00:00Z' },
  containers: [{ name: 'migrate', isInit: false, exitCode, reason: 'Error', ...more }],
});

test('what the cluster did comes first, and no failure of an earlier attempt is taken for the last one', () => {
  const lost = event('run_failed', { message: 'no database (exit code 69)', exitCode: 69 }, 'error');
  const verdict = verdictOf(
    {
      ...{ ...RESULT, exitCode: 137, message: 'job orders/x: needed more memory', remedy: 'raise the limit' },
      attempts: [attempt('x-1', 69), attempt('x-2', 137, { reason: 'OOMKilled' })],
      events: [lost, event('unit_started', { migrations: ['0000_one'] })],
    },
    {},
  );
  expect(verdict).toMatchObject({
    headline: 'migrations FAILED: exit code 137, killed',
    problems: [{ message: 'job orders/x: needed more memory', remedy: 'raise the limit' }],
    migrations: [{ tag: '0000_one', state: 'begun' }],
  });
  expect(verdict.problems).toHaveLength(1);
  expect(renderTerminal(verdict)).toContain(
    '  2 attempts\n    1. x-1: migrate ended with exit code 69\n    2. x-2: migrate ended with exit code 137 (OOMKilled)\n  ?  0000_one    begun; its end is not known',
  );
});

test('a Job that the cluster stopped while its runner reported the interruption tells both', () => {
  const verdict = verdictOf(
    {
      ...{ ...RESULT, exitCode: 75, message: 'job orders/x: it took longer than its activeDeadlineSeconds' },
      reason: 'DeadlineExceeded',
      attempts: [attempt('x-1', 75, { summary: { exitCode: 75, message: 'interrupted' } })],
      events: [event('run_failed', { message: 'interrupted (exit code 75)', exitCode: 75 }, 'error')],
    },
    {},
  );
  expect(verdict.headline).toBe('migrations FAILED: stopped at the deadline of the Job (exit code 75)');
  expect(verdict.problems.map(({ message }) => message)).toEqual([
    'job orders/x: it took longer than its activeDeadlineSeconds',
    'interrupted',
  ]);
});

test('what comes after the remedy is told, whoever knew the remedy', () => {
  const remedy = 'grant it';
  const failed = event('run_failed', { message: 'refused (exit code 77)', exitCode: 77, remedy }, 'error');
  const old = { ...RESULT, exitCode: 77, message: 'refused', afterwards: 'deploy with --retry' };
  const ofRunner = { ...old, attempts: [attempt('x-1', 77)], events: [failed] };
  expect(verdictOf(ofRunner, {}).problems).toEqual([
    { message: 'refused', remedy: 'grant it; then deploy with --retry' },
  ]);
  expect(verdictOf(old, {}).problems).toEqual([{ message: 'refused', remedy: 'deploy with --retry' }]);
});

test('where only what comes after the gate failed, nobody reads that the migration did', () => {
  const error = new GateError('CLUSTER_REFUSED', 'Deployment shop: quota is used up');
  expect(verdictOfError(error, { isGatePassed: true })).toMatchObject({
    outcome: 'unfinished',
    headline: expect.stringMatching(
      /^the migration passed, but what comes after it was not applied \(exit code 87\)$/,
    ),
  });
});

test('what the history says at the end counts more than what an attempt believed whose COMMIT was lost', () => {
  const migrations = ['0000_one', '0001_two'];
  const verdict = verdictOf(
    {
      ...{ ...RESULT, outcome: 'succeeded', exitCode: 0 },
      events: [
        event('unit_started', { migrations }),
        event('unit_failed', { rolled_back: migrations, not_started: [] }, 'error'),
        event('run_failed', { message: 'COMMIT lost (exit code 69)', exitCode: 69 }, 'error'),
        event('nothing_pending', {}),
        event('history_status', { applied: 2, pending: [] }),
      ],
    },
    {},
  );
  expect(verdict.migrations.map(({ state }) => state)).toEqual(['applied', 'applied']);
  expect(verdict).toMatchObject({ headline: 'migrations passed: 2 migrations applied', problems: [] });
});

test('what is said again while the runner waits is told once, with how often', () => {
  const retried = (pause: number) =>
    event('unit_retried', { message: `locked; again in ${pause} s` }, 'warn');
  const warned = event('check_warned', { message: 'pooler: there is one' }, 'warn');
  const { warnings } = verdictOf({ ...RESULT, events: [warned, retried(1), retried(2), warned] }, {});
  expect(warnings.map(({ message }) => message)).toEqual([
    'pooler: there is one',
    'locked; again in 2 s (2 times)',
  ]);
});

test.each<[JobResult['outcome'], number, string]>([
  ['stuck', 87, 'the migration could not be started: exit code 87, the cluster refused'],
  ['still running', 88, 'the migration still runs: exit code 88, followed too long'],
  ['interrupted', 130, 'the migration is no longer followed, and still runs: exit code 130'],
  ['lost', 89, 'the migration could not be followed to its end: exit code 89'],
  ['gone', 87, 'the migration was deleted before its end: exit code 87'],
])('a Job that is %s says so, with the words of the cluster', (outcome, exitCode, headline) => {
  const verdict = verdictOf({ ...RESULT, outcome, exitCode, message: 'm', remedy: 'r' }, {});
  expect(verdict.headline).toMatch(new RegExp(`^${headline}`));
  expect(verdict.problems).toEqual([{ message: 'm', remedy: 'r' }]);
});

test('what was refused before any Job has a verdict too', () => {
  const error = new GateError('CLUSTER_REFUSED', 'no', { remedy: 'do', detail: 'lines' });
  const verdict = verdictOfError(error, { kind: 'rollback', namespace: 'orders' });
  expect(verdict).toMatchObject({
    ...{ outcome: 'refused', exitCode: 87, namespace: 'orders' },
    headline:
      'the rollback could not be started: exit code 87, the cluster refused or could not start the Job',
    problems: [{ message: 'no', detail: 'lines', remedy: 'do' }],
  });
});

test('of hundreds of migrations those that did not pass and the slowest are shown, and the others counted', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({
    ...{ tag: `${String(index).padStart(4, '0')}_m`, state: 'applied' as const },
    milliseconds: index === 150 ? 5000 : 1,
  }));
  const { rows, others } = timeline([...many, { tag: '0300_bad', state: 'failed' }], 10);
  expect(rows).toHaveLength(10);
  expect(rows.map(({ tag }) => tag)).toEqual(expect.arrayContaining(['0150_m', '0300_bad']));
  expect(rows.find(({ tag }) => tag === '0150_m')?.bar).toMatch(/^ +█{22,}$/);
  expect(others).toBe('291 others: 291 applied');
});

test('no text of a log breaks out of its place in the summary', () => {
  const evil = '| <img src=x> `code` **bold** [link](x)\n# head';
  const summary = renderStepSummary(
    verdictOf({ ...RESULT, message: evil, remedy: evil, image: evil, stuck: undefined }, {}),
  );
  expect(summary).not.toMatch(/<img|^# head|[^\\]\*\*bold|[^\\]\[link/m);
});

test('durations are read at a glance', () => {
  expect([350.4, 12_340, 245_000].map(renderDuration)).toEqual(['350 ms', '12.3 s', '4 min 5 s']);
  expect(meaningOf(1)).toBe('no code of drizzle-gate');
});

describe('the run that is told of can be found elsewhere', () => {
  const withRun = (summary: object, events: LogEvent[]) =>
    verdictOf({ ...RESULT, attempts: [attempt('x-1', 69), attempt('x-2', 82, { summary })], events }, {});
  const started = event('unit_started', { run_id: 'of the log' });

  test.each([
    ['its container left the id', withRun({ run_id: 'of the pod' }, [started]), 'of the pod'],
    ['only the log has it', withRun({}, [started]), 'of the log'],
  ])('%s', (_name, verdict, id) => {
    expect(verdictJson(verdict)).toMatchObject({ run_id: id });
    expect(renderTerminal(verdict)).toContain(`job orders/db-migration-1a2b3c4d, image app:1, run ${id}\n`);
    expect(renderStepSummary(verdict)).toContain(`| run | ${id} |`);
  });

  test('each attempt is a run of its own; of an older runner nobody knows it', () => {
    const { attempts } = verdictJson(withRun({ run_id: 'of the pod' }, [])) as { attempts: object[] };
    expect(attempts[1]).toMatchObject({ pod: 'x-2', run_id: 'of the pod' });
    expect(attempts[0]).not.toHaveProperty('run_id');
    expect(verdictJson(withRun({}, []))).not.toHaveProperty('run_id');
  });
});
