import type { V1Job } from '@kubernetes/client-node';
import { makeShortJob } from '../../cli/src/cluster/short-job/make-short-job';
import { Label } from '../../core/contract';
import { closedSchemaProblems } from '../support/kubernetes-schema';
import type { KubeObject, PodSpec } from '../support/synth';
import { podSecurityProblems } from '../support/synth-pod-security';
import { asLive, jobOf, MIGRATION_FILE } from './in-cluster-support';

const GATE = jobOf(MIGRATION_FILE);
const OPTIONS = {
  args: ['status', '--json'],
  commandLine: 'drizzle-gate status --json --in-cluster',
  isQuick: true,
  random: '0a1b2c3d',
};

const edited = (edit: (job: V1Job) => void): V1Job => {
  const job = structuredClone(GATE);
  edit(job);
  return job;
};
const podOf = (job: V1Job) => job.spec?.template.spec ?? { containers: [] };
const mainOf = (job: V1Job) => podOf(job).containers[0];
const valuesOf = (job: V1Job) =>
  Object.fromEntries((mainOf(job)?.env ?? []).map(({ name, value }) => [name, value]));

test('a short Job differs from the gate in what it runs, and in nothing that policies or the database see', () => {
  const job = makeShortJob(GATE, OPTIONS);
  const [own, gate] = [podOf(job), podOf(GATE)];
  expect(job.metadata?.name).toBe('db-migration-status-0a1b2c3d');
  expect(job.metadata?.labels).toMatchObject({
    [Label.COMPONENT]: 'database-migration',
    [Label.INSTANCE]: 'teei-db-migration',
    [Label.NAME]: 'db-migration-status',
    [Label.SHORT_JOB]: 'status',
  });
  expect(job.spec?.template.metadata?.labels).toEqual({
    ...GATE.spec?.template.metadata?.labels,
    [Label.NAME]: 'db-migration-status',
  });
  const { env, args, ...rest } = mainOf(job) ?? {};
  const { env: gateEnv = [], args: _gateArgs, ...gateRest } = gate.containers[0] ?? {};
  expect(rest).toEqual(gateRest);
  expect(args).toEqual(['status', '--json']);
  expect(env?.slice(0, gateEnv.length)).toEqual(gateEnv);
  expect(valuesOf(job)).toMatchObject({ LOG_FORMAT: 'json', OUTPUT_AS_EVENTS: 'true' });
  const { containers: _own, ...pod } = own;
  const { containers: _gate, initContainers: _init, ...gatePod } = gate;
  expect(pod).toEqual(gatePod);
  expect(job.spec).toMatchObject({
    backoffLimit: 0,
    ttlSecondsAfterFinished: 600,
    activeDeadlineSeconds: 930,
  });
});

test('Kubernetes takes it, also in a namespace of the restricted standard', () => {
  for (const gate of [GATE, asLive(GATE, 'u-1', '2026-01-01T00:00:00Z')]) {
    const job = makeShortJob(gate, OPTIONS);
    expect(closedSchemaProblems(job as unknown as KubeObject)).toEqual([]);
    expect(podSecurityProblems(podOf(job) as unknown as PodSpec)).toEqual([]);
    const names = podOf(job).containers.map(({ name }) => name);
    for (const { onExitCodes } of job.spec?.podFailurePolicy?.rules ?? []) {
      if (onExitCodes) expect(names).toContain(onExitCodes.containerName);
    }
  }
});

test('of a Job in the cluster stays nothing that belongs to that Job or to who deployed it', () => {
  const live = asLive(GATE, 'u-1', '2026-01-01T00:00:00Z');
  Object.assign(live.metadata?.labels ?? {}, {
    [Label.INSTANCE]: 'the-application-of-argo',
    'app.kubernetes.io/managed-by': 'Helm',
    'helm.sh/chart': 'shop-1.2.3',
  });
  if (live.metadata)
    live.metadata.annotations = { 'argocd.argoproj.io/tracking-id': 'shop:batch/Job:shop/x' };
  const job = makeShortJob(live, OPTIONS);
  expect(job).toEqual(makeShortJob(GATE, OPTIONS));
});

test('what changes the database has the deadline of the gate, and migrate its retries', () => {
  const job = makeShortJob(GATE, { ...OPTIONS, args: ['migrate'], isQuick: false, isRetried: true });
  expect(job.spec).toMatchObject({ activeDeadlineSeconds: 3600, backoffLimit: 3 });
});

test('a gate that has less time, or more patience with its database, is followed in that', () => {
  const short = edited(({ spec }) => Object.assign(spec ?? {}, { activeDeadlineSeconds: 60 }));
  expect(makeShortJob(short, OPTIONS).spec?.activeDeadlineSeconds).toBe(60);
  const patient = edited((job) => mainOf(job)?.env?.push({ name: 'CONNECT_RETRY_SECONDS', value: '600' }));
  expect(makeShortJob(patient, OPTIONS).spec?.activeDeadlineSeconds).toBe(1500);
});

test('a format of the log that the manifest chose gives way, and other text arrives as it is', () => {
  const text = edited((job) => mainOf(job)?.env?.push({ name: 'LOG_FORMAT', value: 'text' }));
  const job = makeShortJob(text, {
    ...OPTIONS,
    args: ['baseline', '--to=a$(b)$$'],
    commandLine: 'x $(PGUSER)',
  });
  expect(valuesOf(job).LOG_FORMAT).toBe('json');
  expect((mainOf(job)?.env ?? []).filter(({ name }) => name === 'LOG_FORMAT')).toHaveLength(1);
  expect(mainOf(job)?.args).toEqual(['baseline', '--to=a$$(b)$$$$']);
  expect(valuesOf(job).COMMAND_LINE).toBe('x $$(PGUSER)');
});

test('sidecars and preparations stay, the pre-flight check goes', () => {
  const gate = edited((job) => {
    const [check] = podOf(job).initContainers ?? [];
    podOf(job).initContainers = [
      { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
      { name: 'certificates', image: 'tool:1', args: ['fetch'] },
      ...(check ? [check] : []),
    ];
  });
  expect(podOf(makeShortJob(gate, OPTIONS)).initContainers?.map(({ name }) => name)).toEqual([
    'proxy',
    'certificates',
  ]);
});

test('where the project migrates in a way of its own, the pre-flight check is the model', () => {
  const own = { command: ['npm'], args: ['run', 'migrate'] };
  const gate = edited((job) => Object.assign(mainOf(job) ?? {}, own));
  expect(mainOf(makeShortJob(gate, OPTIONS))).toMatchObject({
    name: 'pre-flight-check',
    args: ['status', '--json'],
  });
  const foreign = edited((job) => {
    Object.assign(mainOf(job) ?? {}, own);
    podOf(job).initContainers = [];
  });
  expect(() => makeShortJob(foreign, OPTIONS)).toThrow(/runs commands of its own and not the runner/);
});

test('names fit into a label, whatever the gate is called', () => {
  const long = 'a'.repeat(53).concat('-');
  const gate = edited((job) =>
    Object.assign(job.spec?.template.metadata?.labels ?? {}, { [Label.NAME]: long }),
  );
  const { metadata, spec } = makeShortJob(gate, { ...OPTIONS, args: ['rollback-kept'] });
  for (const name of [
    metadata?.name,
    metadata?.labels?.[Label.NAME],
    spec?.template.metadata?.labels?.[Label.NAME],
  ]) {
    expect(name?.length).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
  }
});
