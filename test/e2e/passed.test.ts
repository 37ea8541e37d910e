import type { V1Job } from '@kubernetes/client-node';
import { expectCode } from './support/command';
import { NOTES, ORDERS } from './support/migrations';
import { withScenario } from './support/scenario';

const isEnded = (job: V1Job | undefined) =>
  job?.status?.conditions?.some(
    ({ type, status }) => ['Complete', 'Failed'].includes(type) && status === 'True',
  );

test('success: the migrations are there, then the service is; the command ends within a second of the Job', () =>
  withScenario('success', async (it) => {
    const release = it.release([ORDERS, NOTES]);
    const running = await it.startDeploy(release);
    const jobEnded = it
      .waitUntil('the Job has ended', async () => isEnded(await it.job(release.job)) ?? false)
      .then(() => Date.now());
    const ended = await running.ended;
    const { output, endedAt } = ended;
    expect(output).toMatch(/pre-flight-check[\s\S]+migrate[\s\S]+0000_orders[\s\S]+0001_notes/);
    expectCode(ended, 0);
    // What is applied behind the gate, and the end of a process, take a moment.
    expect(endedAt - (await jobEnded)).toBeLessThan(2000);
    expect(await it.applied()).toBe(2);
    expect(await it.serviceIsThere()).toBe(true);
    expect((await it.jobs()).map(({ metadata }) => metadata?.name)).toEqual([release.job]);
  }));

test('--dry-run asks the server about each object and changes nothing', () =>
  withScenario('dry-run', async (it) => {
    const ended = await it.deploy(it.release([ORDERS]), '--dry-run');
    const { output } = ended;
    expect(output).toContain('shop-migration');
    expectCode(ended, 0);
    expect(await it.jobs()).toEqual([]);
    expect(await it.serviceIsThere()).toBe(false);
    expect(await it.applied()).toBe(0);
  }));

test('the same deploy twice: the Job that succeeded proves nothing, runs again and finds nothing to do', () =>
  withScenario('twice', async (it) => {
    const release = it.release([ORDERS]);
    expectCode(await it.deploy(release), 0);
    const first = await it.job(release.job);
    const second = await it.deploy(release);
    expectCode(second, 0);
    const job = await it.job(release.job);
    expect(job?.metadata?.uid).not.toBe(first?.metadata?.uid);
    expect(job?.status?.succeeded).toBe(1);
    expect(await it.applied()).toBe(1);
  }));

test('a second deploy with a new image and a new migration runs a Job of its own', () =>
  withScenario('next-image', async (it) => {
    const first = it.release([ORDERS]);
    const second = it.release([ORDERS, NOTES], { image: it.state.imageNext });
    expectCode(await it.deploy(first), 0);
    const ended = await it.deploy(second);
    const { output } = ended;
    expect(output).toContain('0001_notes');
    expectCode(ended, 0);
    const images = (await it.jobs()).map(({ spec }) => spec?.template.spec?.containers[0]?.image);
    expect(images.sort()).toEqual([it.state.image, it.state.imageNext].sort());
    expect(await it.applied()).toBe(2);
  }));

test('--json: one document on stdout, whatever a person sees on stderr', () =>
  withScenario('json', async (it) => {
    const release = it.release([ORDERS]);
    const ended = await it.deploy(release, '--json');
    const { stdout } = ended;
    expectCode(ended, 0);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(release.job);
  }));
