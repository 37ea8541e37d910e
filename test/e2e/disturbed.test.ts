import { Duration } from 'cdk8s';
import type { Running } from './support/command';
import { expectCode } from './support/command';
import { LONG, letGo, longRuns, ORDERS } from './support/migrations';
import { type Scenario, withScenario } from './support/scenario';

const untilItRuns = (it: Scenario, running: Running) =>
  running.during(it.waitUntil('the long migration runs', () => longRuns(it.sql)));

test('the database is down for a while: the first attempt says so (69), a later one succeeds', () =>
  withScenario('database-down', async (it) => {
    await it.databaseDown();
    const release = it.release([ORDERS]);
    const running = await it.startDeploy(release);
    await it.waitUntil(
      'an attempt has failed',
      async () => ((await it.job(release.job))?.status?.failed ?? 0) > 0,
    );
    await it.databaseUp();
    const ended = await running.ended;
    const { output } = ended;
    expect(output).toContain('69');
    expect(output).toMatch(/attempt 2/i);
    expectCode(ended, 0);
    expect(await it.applied()).toBe(1);
    expect(await it.serviceIsThere()).toBe(true);
  }));

test('a node is drained during a migration: it is rolled back, and the next attempt does it', () =>
  withScenario('drain', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const running = await it.startDeploy(release);
    await untilItRuns(it, running);
    const [pod] = await it.pods(release.job);
    await it.kube.evict(it.namespace, pod?.metadata?.name ?? '');
    const isNext = async () => {
      const pods = await it.pods(release.job);
      return pods.some(({ metadata }) => metadata?.uid !== pod?.metadata?.uid) && (await longRuns(it.sql));
    };
    await running.during(it.waitUntil('the next attempt runs', isNext));
    expect(await it.applied()).toBe(0);
    await letGo(it.sql);
    const ended = await running.ended;
    const { output } = ended;
    expect(output).toMatch(/attempt 1[\s\S]+attempt 2/i);
    expect(output).toMatch(/evict/i);
    expectCode(ended, 0);
    expect(await it.applied()).toBe(2);
  }));

test('the deadline is exceeded: the Job fails, its migration is undone, and the command says so', () =>
  withScenario('deadline', async (it) => {
    const props = { activeDeadline: Duration.seconds(20), lockWait: Duration.seconds(5) };
    const ended = await it.deploy(it.release([ORDERS, LONG], { props }));
    const { output } = ended;
    expect(output).toContain('longer than its activeDeadlineSeconds (20 s)');
    expect([75, 87]).toContain(ended.code);
    await it.waitUntil('nobody migrates any more', async () => !(await longRuns(it.sql)));
    expect(await it.applied()).toBe(0);
    expect(await it.serviceIsThere()).toBe(false);
  }));

test('two deploys at once: one Job, followed by both', () =>
  withScenario('two-at-once', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const both = await Promise.all([it.startDeploy(release), it.startDeploy(release)]);
    await untilItRuns(it, both[0]);
    await letGo(it.sql);
    const ended = await Promise.all(both.map((each) => each.ended));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    for (const { output } of ended) expect(output).toContain('0001_long');
    expect(await it.jobs()).toHaveLength(1);
    expect(await it.applied()).toBe(2);
  }));

test('a deploy that comes later joins the Job that runs', () =>
  withScenario('joined', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const first = await it.startDeploy(release);
    await untilItRuns(it, first);
    const job = await it.job(release.job);
    const second = await it.startDeploy(release);
    await second.until('0001_long');
    await letGo(it.sql);
    expect([(await first.ended).code, (await second.ended).code]).toEqual([0, 0]);
    expect((await it.job(release.job))?.metadata?.uid).toBe(job?.metadata?.uid);
  }));

test('Ctrl-C (130) leaves the Job running and says how to follow it', () =>
  withScenario('interrupted', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const running = await it.startDeploy(release);
    await untilItRuns(it, running);
    running.interrupt();
    const ended = await running.ended;
    const { output } = ended;
    expect(output).toMatch(new RegExp(`drizzle-gate logs .*${release.job}`));
    expectCode(ended, 130);
    expect(await longRuns(it.sql)).toBe(true);
    const follower = await it.start(['logs', release.job, '--follow']);
    await letGo(it.sql);
    const followed = await follower.ended;
    expect(followed.output).toContain('0001_long');
    expectCode(followed, 0);
    expect(await it.applied()).toBe(2);
  }));

test('--timeout (88): still running, and left so', () =>
  withScenario('timeout', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const ended = await it.deploy(release, '--timeout', '15');
    const { output } = ended;
    expect(output).toContain('88');
    expectCode(ended, 88);
    expect(await longRuns(it.sql)).toBe(true);
    expect(await it.serviceIsThere()).toBe(false);
    await letGo(it.sql);
    await it.waitUntil('the Job succeeds', async () => (await it.job(release.job))?.status?.succeeded === 1);
  }));

test('somebody deletes the Job (87)', () =>
  withScenario('job-deleted', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const running = await it.startDeploy(release);
    await untilItRuns(it, running);
    await it.removeJob(release.job);
    const ended = await running.ended;
    const { output } = ended;
    expect(output).toMatch(/deleted/);
    expectCode(ended, 87);
    expect(await it.serviceIsThere()).toBe(false);
  }));

test('the API server is out of reach for some seconds while it is followed: nothing is lost, nothing comes twice', () =>
  withScenario('api-cut', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const running = await it.start(['deploy', release.folder], { isCuttable: true });
    await untilItRuns(it, running);
    await running.until('0001_long');
    running.cut();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await letGo(it.sql);
    await it.waitUntil('the Job succeeds', async () => (await it.job(release.job))?.status?.succeeded === 1);
    await running.mend();
    const ended = await running.ended;
    const { output } = ended;
    expectCode(ended, 0);
    for (const line of [/applying 0000_orders, 0001_long/g, /preflight succeeded/g, /migrate succeeded/g]) {
      expect(output.match(line)).toHaveLength(1);
    }
    expect(await it.applied()).toBe(2);
    expect(await it.serviceIsThere()).toBe(true);
  }));
