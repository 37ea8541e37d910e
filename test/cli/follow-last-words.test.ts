import type { Cluster } from '../../cli/src/cluster/client/cluster';
import type { AttemptLogs } from '../../cli/src/cluster/follow/attempt-logs';
import { Changes } from '../../cli/src/cluster/follow/changes';
import { drainLogs, settlePods } from '../../cli/src/cluster/follow/last-words';
import { ObservedJob } from '../../cli/src/cluster/follow/observed-job';

/** A timer that is left keeps the process, and with it the pipeline, until it is over. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

const observing = {
  cluster: { list: async () => [] } as unknown as Cluster,
  observed: new ObservedJob({ namespace: 'shop', name: 'job', uid: 'uid' }),
  changes: new Changes(),
};

test('when the last state of the pods is known, nothing is waited for any more', async () => {
  const before = timers();
  await settlePods({ outcome: 'failed' }, observing, undefined);
  expect(timers()).toBe(before);
});

test('when the logs are through, nothing is waited for any more', async () => {
  const before = timers();
  await drainLogs(Promise.resolve(), { lastLine: performance.now() } as AttemptLogs, undefined);
  expect(timers()).toBe(before);
});

test('an interruption ends the wait for logs that stay silent', async () => {
  const start = performance.now();
  await drainLogs(new Promise(() => {}), { lastLine: start } as AttemptLogs, AbortSignal.timeout(250));
  expect(performance.now() - start).toBeLessThan(3000);
});
