import type { V1Job } from '@kubernetes/client-node';
import { contains } from '../../cli/src/cluster/apply/contains';
import type { ManifestObject } from '../../cli/src/cluster/apply/manifest-object';
import { parseManifest } from '../../cli/src/cluster/apply/parse-manifest';
import { readManifests } from '../../cli/src/cluster/apply/read-manifests';
import type { Cluster } from '../../cli/src/cluster/client/cluster';
import { refusal } from '../../cli/src/cluster/client/cluster-error';
import { gateStages } from '../../cli/src/cluster/deploy/gate-stages';
import { millisecondsOf, timesOf } from '../../cli/src/cluster/deploy/option-values';
import { placeJob } from '../../cli/src/cluster/place/place-job';

const immutable = () =>
  refusal(422, JSON.stringify({ kind: 'Status', message: 'spec.template: field is immutable' }));
// Mostly quick and sometimes slow, so that one caller overtakes the other anywhere.
const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() < 0.3 ? 15 : 0));

/** A cluster with one place for a Job, which answers after a random while. */
function oneJob(found?: { image: string; type?: string }) {
  let count = 0;
  const made = (image: string, type?: string) => ({
    metadata: { name: 'gate', uid: `uid-${count++}` },
    spec: { template: { spec: { containers: [{ name: 'migrate', image }] } } },
    status: { conditions: type ? [{ type, status: 'True' }] : [] },
  });
  let there = found && made(found.image, found.type);
  const imageOf = (job: V1Job | undefined) => job?.spec?.template.spec?.containers[0]?.image;
  const cluster = {
    namespace: 'shop',
    async read() {
      await pause();
      return there;
    },
    async list() {
      return [];
    },
    async apply(job: V1Job, { dryRun = false } = {}) {
      await pause();
      if (there && imageOf(there as V1Job) !== imageOf(job)) throw immutable();
      if (!dryRun) there ??= made(imageOf(job) ?? '');
      return there;
    },
    async remove({ uid }: { uid: string }) {
      await pause();
      if (there?.metadata.uid === uid) there = undefined;
    },
  } as unknown as Cluster;
  return { cluster, made: () => count };
}

const gate = (image = 'shop:1') =>
  ({
    metadata: { name: 'gate' },
    spec: { template: { spec: { containers: [{ name: 'migrate', image }] } } },
  }) as V1Job;
const place = (cluster: Cluster, retry = false) =>
  placeJob(cluster, gate(), { retry, print: () => undefined });

describe('a Job is placed', () => {
  test.each([
    ['none', undefined, false, 'created'],
    [
      'one that succeeded, which proves nothing now',
      { image: 'shop:1', type: 'Complete' },
      false,
      'replaced',
    ],
    ['one that runs', { image: 'shop:1' }, false, 'joined'],
    ['one that failed', { image: 'shop:1', type: 'Failed' }, false, 'failed'],
    ['one that failed, with --retry', { image: 'shop:1', type: 'Failed' }, true, 'replaced'],
    ['one of another release that failed', { image: 'shop:0', type: 'Failed' }, false, 'replaced'],
  ] as const)('where there is %s', async (_what, found, retry, how) => {
    expect(await place(oneJob(found).cluster, retry)).toMatchObject({ how });
  });

  test('never over one of another release that still runs', async () => {
    await expect(place(oneJob({ image: 'shop:0' }).cluster)).rejects.toMatchObject({
      exitCode: 87,
      message: 'Job gate of another release is still running (image shop:0)',
    });
  });

  test('once, however many deploy at once', async () => {
    for (let round = 0; round < 20; round++) {
      const { cluster, made } = oneJob({ image: 'shop:1', type: 'Complete' });
      const placed = await Promise.all(Array.from({ length: 5 }, () => place(cluster)));
      expect(new Set(placed.map(({ uid }) => uid))).toEqual(new Set(['uid-1']));
      expect(made()).toBe(2);
    }
  });
});

describe('manifests', () => {
  const object = (kind: string, rest: object = {}): ManifestObject =>
    ({ apiVersion: 'v1', kind, metadata: { name: kind.toLowerCase() }, ...rest }) as ManifestObject;
  const jobOf = (container: string) =>
    object('Job', {
      apiVersion: 'batch/v1',
      metadata: { name: container, labels: { 'app.kubernetes.io/component': 'database-migration' } },
      spec: { template: { spec: { containers: [{ name: container }] } } },
    });

  test('are read as kubectl reads them', () => {
    const text =
      'apiVersion: v1\nkind: X\nmetadata: {name: x}\nspec: {mode: 0644, on: yes, at: 12:30:45, day: 2026-01-02}\n';
    expect(parseManifest(text, 'x.yaml').objects[0]).toMatchObject({
      spec: { mode: 420, true: true, at: '12:30:45', day: '2026-01-02' },
    });
  });

  test('are refused with all that is wrong', () => {
    const text = 'kind: List\napiVersion: v1\nitems: [{kind: A, apiVersion: v1}]\n---\n- 1\n---\na: [';
    expect(parseManifest(text, 'x.yaml').problems).toEqual([
      'x.yaml, document 1: A has no name',
      'x.yaml, document 2: there is something that is no object of Kubernetes',
      expect.stringMatching(/^x\.yaml, document 3 is not valid YAML: /),
    ]);
    expect(() => readManifests(['/nosuch', '/nosuch2'], () => '')).toThrow('2 problems');
  });

  test('wait for the gate, unless its Job needs them', () => {
    const rollout = object('Rollout', { apiVersion: 'argoproj.io/v1alpha1' });
    const objects = ['Deployment', 'Secret', 'Service', 'ServiceAccount', 'Namespace'].map((kind) =>
      object(kind),
    );
    const { before, gates, after } = gateStages([rollout, ...objects, jobOf('migrate')]);
    expect(before.map(({ kind }) => kind)).toEqual(['Namespace', 'ServiceAccount', 'Secret']);
    expect(gates.map(({ metadata }) => metadata.name)).toEqual(['migrate']);
    expect(after.map(({ kind }) => kind)).toEqual(['Rollout', 'Deployment', 'Service']);
  });

  test('need one gate, and no other that undoes it', () => {
    expect(() => gateStages([object('Secret')])).toThrow('there is no migration Job among these objects');
    expect(() => gateStages([jobOf('migrate'), jobOf('rollback')])).toThrow(/undo each other/);
  });

  test('are as in the cluster, whatever others have added there', () => {
    const live = { kind: 'Secret', data: { a: 'eA==' }, metadata: { uid: 'u' } };
    expect(contains(live, { kind: 'Secret', stringData: { a: 'x' } })).toBe(true);
    expect(contains(live, { kind: 'Secret', stringData: { a: 'y' } })).toBe(false);
    expect(contains({ data: { a: '1', old: '2' } }, { data: { a: '1' } })).toBe(false);
    expect(contains({ rules: [1, 2] }, { rules: [1] })).toBe(false);
  });
});

test('times are told in seconds, minutes and hours', () => {
  expect(['90', '90s', '15m', '1h30m'].map(millisecondsOf)).toEqual([90_000, 90_000, 900_000, 5_400_000]);
  expect(timesOf({ timeout: '2m', grace: ['image=5'] })).toEqual({
    timeout: 120_000,
    graces: { image: 5000 },
  });
  expect(() => timesOf({ timeout: 'soon', grace: ['x=1'] })).toThrow('2 problems');
});
