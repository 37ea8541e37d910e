import { GateError } from '../../runner/src/errors/gate-error';
import { followRecorded } from './follow-replay';

const PREFLIGHT = ['  ┌ pre-flight-check', '  │ checking'];

test('a Job that the failure policy ends: its logs in order, and the code of the container', async () => {
  const { result, shown } = await followRecorded('refused');
  expect(shown).toEqual([
    'attempt 1: pod POD',
    ...PREFLIGHT,
    ...['  ┌ migrate', '  │ out', '  │ err', '  · migrate ended with exit code 82'],
  ]);
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 82, reason: 'PodFailurePolicy' });
  expect(result.attempts[0]?.containers).toMatchObject([
    { name: 'pre-flight-check', isInit: true, exitCode: 0 },
    { name: 'migrate', isInit: false, exitCode: 82, reason: 'Error' },
  ]);
});

test('a Job that is retried: one block per attempt, and the words of the runner at the end', async () => {
  const { result, shown } = await followRecorded('retry');
  const migrate = [
    '  ┌ migrate',
    '  │ ✗ database unreachable (exit code 69)\n  │     → start the database',
    '  · migrate ended with exit code 69',
  ];
  expect(shown).toEqual([
    'attempt 1: pod POD',
    ...[...PREFLIGHT, ...migrate],
    '  · the pod failed; the Job tries again after a pause (retry 1 of 1)',
    'attempt 2: pod POD',
    ...[...PREFLIGHT, ...migrate],
  ]);
  expect(result).toMatchObject({
    ...{ outcome: 'failed', exitCode: 69, reason: 'BackoffLimitExceeded' },
    ...{ message: 'database unreachable (exit code 69)', remedy: 'start the database' },
  });
  expect(result.events.map(({ event }) => event)).toEqual(['run_failed', 'run_failed']);
});

test('a pod that is drained is told, costs no retry, and the next one succeeds', async () => {
  const { result, shown } = await followRecorded('evict');
  expect(shown).toContain('  · pod POD is taken away: EvictionByEvictionAPI: Eviction API: evicting');
  expect(shown).toContain('  · the Job makes another pod; this does not count as a retry');
  expect(shown.slice(-4)).toEqual([...PREFLIGHT.slice(1), '  ┌ migrate', '  │ working', '  │ done']);
  expect(result).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
  expect(result.attempts.map(({ disruption }) => disruption)).toEqual(['EvictionByEvictionAPI', undefined]);
});

test('a Job over its deadline, whose pods the cluster deletes', async () => {
  const { result, shown } = await followRecorded('deadline');
  expect(shown).toContain('  │ interrupted');
  expect(shown.join('\n')).toContain('the Job fails and stops its pod: DeadlineExceeded');
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 75, reason: 'DeadlineExceeded' });
  expect(result.message).toContain('longer than its activeDeadlineSeconds (5 s)');
});

test('a Job that a person deletes: its pod still says what it does', async () => {
  const { result, shown } = await followRecorded('jobdel');
  expect(shown).toContain('  │ interrupted');
  expect(result).toMatchObject({ outcome: 'gone', exitCode: 87 });
});

test('a Job that its TTL takes away at once has succeeded', async () => {
  const { result } = await followRecorded('ttl0');
  expect(result).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
});

test('a container that needed too much memory', async () => {
  const { result } = await followRecorded('oom');
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 137 });
  expect(result.message).toMatch(/migrate was killed because it needed more memory than its limit \(40Mi/);
});

test('a container whose program is not in the image: no runner ran', async () => {
  const { result, shown } = await followRecorded('nocmd');
  expect(shown.join('\n')).toContain('migrate never ran: StartError: ');
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 87 });
  expect(result.message).toMatch(/could not be started: .*"\/nope": .*no such file/);
});

test('over a log that breaks in the middle nothing is lost or shown twice', async () => {
  const { shown, cluster } = await followRecorded('refused', {}, { breakingLogs: true });
  expect(shown.filter((line) => line.startsWith('  │'))).toEqual(['  │ checking', '  │ out', '  │ err']);
  expect(cluster.asked.filter(({ sinceTime }) => sinceTime !== undefined)).not.toEqual([]);
});

test('a log whose connection is dead does not keep the command', async () => {
  const { result, shown } = await followRecorded('refused', {}, { endlessLogs: true });
  expect(shown.filter((line) => line.startsWith('  │'))).toEqual(['  │ checking', '  │ out', '  │ err']);
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 82 });
});

const forbidden = (what: string) => new GateError('CLUSTER_REFUSED', `${what} is forbidden`);

test.each([
  ['Event', "events can't be read, so reasons may be missing: Event is forbidden", 82],
  ['Pod', "pods can't be read, so there are no logs: Pod is forbidden", 82],
  ['log', "the log of POD/migrate can't be read: log is forbidden", 82],
])('without the right to read %s the rest goes on, and it is said once', async (what, note, exitCode) => {
  const { result, shown } = await followRecorded('refused', {}, { refuse: { [what]: forbidden(what) } });
  expect(shown.filter((line) => line === `  · ${note}`)).toHaveLength(1);
  expect(result).toMatchObject({ outcome: 'failed', exitCode });
});

test('without the right to watch the Job there is nothing to follow', async () => {
  await expect(followRecorded('refused', {}, { refuse: { Job: forbidden('Job') } })).rejects.toThrow(
    'Job is forbidden',
  );
});

test('an API that is gone for good is no failure of the Job', async () => {
  const gone = new GateError('API_UNREACHABLE', 'no answer for 120 s');
  const { result } = await followRecorded('refused', {}, { refuse: { Job: gone } });
  expect(result).toMatchObject({ outcome: 'lost', exitCode: 89 });
  expect(result.remedy).toContain('drizzle-gate logs refused --follow --namespace follow');
});

test('a Job that takes too long is left as it is', async () => {
  const { result } = await followRecorded('retry', { timeout: 100 });
  expect(result).toMatchObject({ outcome: 'still running', exitCode: 88 });
});

test('Ctrl-C leaves the Job running and says how to follow it', async () => {
  const { result } = await followRecorded('retry', { signal: AbortSignal.timeout(100) });
  expect(result).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
  expect(result.remedy).toContain('drizzle-gate logs retry --follow --namespace follow');
});
