import { JsonPatch } from 'cdk8s';
import { expectCode } from './support/command';
import { BROKEN, ORDERS } from './support/migrations';
import { SECRET } from './support/release';
import { withScenario } from './support/scenario';

// Seconds, where people have a minute.
const SOON = [
  '--grace',
  'image=3',
  '--grace',
  'config=3',
  '--grace',
  'admission=3',
  '--grace',
  'scheduling=3',
];

test('failing SQL (82): file, line, caret, SQLSTATE; nothing is left in the database, and no service', () =>
  withScenario('failing-sql', async (it) => {
    const release = it.release([ORDERS, BROKEN]);
    const ended = await it.deploy(release);
    const { output } = ended;
    expect(output).toContain('0001_broken.sql:2:');
    expect(output).toMatch(/CREATE VIEW totals AS SELECT total FROM oders;\n[ │|]*\^/);
    expect(output).toContain('42P01');
    expect(output).toContain('relation "oders" does not exist');
    expectCode(ended, 82);
    expect(await it.applied()).toBe(0);
    expect(await it.sql`select to_regclass('public.orders') as orders`).toEqual([{ orders: null }]);
    expect(await it.serviceIsThere()).toBe(false);
    expect((await it.job(release.job))?.status?.failed).toBe(1);
  }));

test('a Job that failed tells its old failure, and runs again only with --retry', () =>
  withScenario('retry', async (it) => {
    const release = it.release([ORDERS]);
    await it.secret({ password: 'wrong' });
    expectCode(await it.deploy(release), 77);
    const failed = await it.job(release.job);
    await it.secret();
    const again = await it.deploy(release);
    expectCode(again, 77);
    expect(again.output).toContain('--retry');
    expect((await it.job(release.job))?.metadata?.uid).toBe(failed?.metadata?.uid);
    expectCode(await it.deploy(release, '--retry'), 0);
    expect(await it.applied()).toBe(1);
  }));

test('wrong password (77): one attempt, because no retry can help', () =>
  withScenario('wrong-password', async (it) => {
    await it.secret({ password: 'not-the-password' });
    const release = it.release([ORDERS]);
    const ended = await it.deploy(release);
    const { output } = ended;
    expect(output).toContain('28P01');
    expect(output).not.toContain('not-the-password');
    expectCode(ended, 77);
    expect(await it.pods(release.job)).toHaveLength(1);
    expect(await it.serviceIsThere()).toBe(false);
  }));

test('missing Secret (87): told with its name, long before the deadline', () =>
  withScenario('missing-secret', async (it) => {
    await it.kube.remove({ apiVersion: 'v1', kind: 'Secret', namespace: it.namespace }, SECRET);
    const ended = await it.deploy(it.release([ORDERS]), ...SOON);
    const { output } = ended;
    expect(output).toMatch(new RegExp(`secret "${SECRET}" not found`, 'i'));
    expectCode(ended, 87);
  }));

test('missing key of the Secret (87)', () =>
  withScenario('missing-key', async (it) => {
    await it.kube.remove({ apiVersion: 'v1', kind: 'Secret', namespace: it.namespace }, SECRET);
    await it.secret({ key: 'OTHER_KEY' });
    const ended = await it.deploy(it.release([ORDERS]), ...SOON);
    const { output } = ended;
    expect(output).toContain("couldn't find key DATABASE_URL in Secret");
    expectCode(ended, 87);
  }));

test('missing image (87)', () =>
  withScenario('missing-image', async (it) => {
    const image = 'registry.invalid/drizzle-gate/e2e:9.9.9';
    const release = it.release([ORDERS], { image });
    const ended = await it.deploy(release, ...SOON);
    const { output } = ended;
    expect(output).toContain(image);
    expect(output).toMatch(/ErrImagePull|ImagePullBackOff/);
    expectCode(ended, 87);
    expect(await it.serviceIsThere()).toBe(false);
  }));

test('a pod that the quota refuses (87)', () =>
  withScenario('quota', async (it) => {
    const metadata = { name: 'no-pods', namespace: it.namespace };
    const quota = { ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata }, spec: { hard: { pods: '0' } } };
    await it.kube.apply(quota);
    const ended = await it.deploy(it.release([ORDERS]), ...SOON);
    const { output } = ended;
    expect(output).toContain('exceeded quota: no-pods');
    expectCode(ended, 87);
  }));

test('a pod that admission refuses (87)', () =>
  withScenario('admission', async (it) => {
    const edit = JsonPatch.add('/spec/template/spec/hostNetwork', true);
    const ended = await it.deploy(it.release([ORDERS], { edit: [edit] }), ...SOON);
    const { output } = ended;
    expect(output).toContain('violates PodSecurity');
    expectCode(ended, 87);
  }));

test('a pod that fits on no node (87)', () =>
  withScenario('unschedulable', async (it) => {
    const release = it.release([ORDERS], { props: { nodeSelector: { 'example.com/no-such-node': 'true' } } });
    const ended = await it.deploy(release, ...SOON);
    const { output } = ended;
    expect(output).toMatch(/didn't match Pod's node affinity\/selector/);
    expectCode(ended, 87);
  }));
