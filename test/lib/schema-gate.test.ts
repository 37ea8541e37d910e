import { type Chart, Cron, Duration, Size } from 'cdk8s';
import {
  type AbstractPod,
  Capability,
  ConfigMap,
  type ContainerProps,
  ContainerRestartPolicy,
  Cpu,
  CronJob,
  DaemonSet,
  Deployment,
  EnvValue,
  Job,
  Pod,
  SeccompProfileType,
  Service,
  StatefulSet,
  Volume,
} from 'cdk8s-plus-28';
import { CONTRACT_VERSION } from '../../core/contract';
import { expectSchema, readJournal } from '../../core/journal';
import {
  DatabaseCredentials,
  DatabaseTls,
  MigrationSource,
  SchemaGate,
  type SchemaGateProps,
  SchemaRange,
  TrustedRoots,
  VaultSecret,
} from '../../lib';
import { readSettings } from '../../runner/src/config/settings';
import {
  envOf,
  type KubeContainer,
  type KubeObject,
  podOf,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';

const APP: ContainerProps = {
  name: 'app',
  image: 'registry.example.com/team/app:1.0.0',
  resources: {
    cpu: { request: Cpu.millis(10), limit: Cpu.millis(100) },
    memory: { request: Size.mebibytes(32), limit: Size.mebibytes(64) },
    ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(1) },
  },
  securityContext: {
    ...{ user: 2000, group: 2000, capabilities: { drop: [Capability.ALL] } },
    seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
  },
};
type Make = (chart: Chart, more?: object) => AbstractPod;
const deployment: Make = (chart, more) => new Deployment(chart, 'App', { containers: [APP], ...more });
const WORKLOADS: Record<string, Make> = {
  Deployment: deployment,
  StatefulSet: (chart) =>
    new StatefulSet(chart, 'App', {
      containers: [APP],
      service: new Service(chart, 'Service', { ports: [{ port: 80 }] }),
    }),
  DaemonSet: (chart) => new DaemonSet(chart, 'App', { containers: [APP] }),
  Job: (chart) => new Job(chart, 'App', { containers: [APP] }),
  CronJob: (chart) => new CronJob(chart, 'App', { schedule: Cron.daily(), containers: [APP] }),
  Pod: (chart) => new Pod(chart, 'App', { containers: [APP] }),
};

const gateProps = (workload: AbstractPod, more: Partial<SchemaGateProps> = {}): SchemaGateProps => ({
  ...{ workload, image: 'registry.example.com/team/gate:1.4.2', migrations: MigrationSource.fromImage() },
  ...{ credentials: DatabaseCredentials.fromUrlSecret('app-db'), ...more },
});
const podIn = (objects: readonly KubeObject[]) => {
  const pod = objects.flatMap((object) => podOf(object) ?? []).at(0);
  if (!pod) throw new Error('no pod');
  return pod;
};
/** The pod of a workload with one gate. */
const gated = (more: Partial<SchemaGateProps> = {}, make: Make = deployment) =>
  podIn(
    synthChart((chart) => {
      new SchemaGate(chart, 'Gate', gateProps(make(chart), more));
    }),
  );
const gateOf = ({ spec }: { spec: { initContainers?: KubeContainer[] } }): KubeContainer => {
  const gate = spec.initContainers?.find(({ args }) => args?.[0] === 'wait');
  if (!gate) throw new Error('no gate');
  return gate;
};
const refused = (more: Partial<SchemaGateProps>, make: Make = deployment) =>
  problemsOf(() => gated(more, make));

describe.each(Object.entries(WORKLOADS))('%s', (_kind, make) => {
  test('gets a hardened init container, and nothing of its own changes', () => {
    const plain = podIn(synthChart((chart) => void make(chart)));
    const pod = gated({}, make);
    expect(pod.spec.containers).toEqual(plain.spec.containers);
    const { initContainers, volumes, ...rest } = pod.spec;
    const { initContainers: _init, volumes: _volumes, ...plainRest } = plain.spec;
    expect(rest).toEqual(plainRest);
    expect(pod.spec.automountServiceAccountToken).toBe(false);
    expect(initContainers).toMatchObject([
      {
        name: 'wait-for-schema',
        image: 'registry.example.com/team/gate:1.4.2',
        imagePullPolicy: 'IfNotPresent',
        args: ['wait'],
        terminationMessagePolicy: 'FallbackToLogsOnError',
        resources: {
          limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
          requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
        },
        securityContext: {
          ...{ runAsNonRoot: true, runAsUser: 1000, readOnlyRootFilesystem: true },
          ...{ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        volumeMounts: [{ mountPath: '/tmp', name: 'wait-for-schema-tmp' }],
      },
    ]);
    expect(volumes).toEqual([{ name: 'wait-for-schema-tmp', emptyDir: { sizeLimit: '16Mi' } }]);
    expect(pod.metadata.annotations).toEqual(plain.metadata.annotations);
  });
});

test('the expectation stands in the manifest as last tag, count and digest, and the runner understands it', () => {
  withMigrationsFolder((localFolder) => {
    const migrations = MigrationSource.fromImage({ localFolder });
    const env = envOf(
      gateOf(
        gated({
          ...{ migrations, range: SchemaRange.of({ oldest: '1', maxNewer: 2 }) },
          ...{ timeout: Duration.minutes(2), migrationsSchema: 'app', connectTimeout: Duration.seconds(3) },
        }),
      ),
    );
    const all = readJournal(localFolder).migrations;
    const [expected, oldest] = [expectSchema(all), expectSchema(all.slice(0, 2))];
    expect(env).toEqual({
      DATABASE_URL: undefined,
      WAIT_MIGRATION: '0002_third',
      WAIT_COUNT: '3',
      WAIT_DIGEST: expected.digest,
      WAIT_OLDEST_MIGRATION: '0001_second',
      WAIT_OLDEST_COUNT: '2',
      WAIT_OLDEST_DIGEST: oldest.digest,
      WAIT_MAX_NEWER: '2',
      WAIT_TIMEOUT_SECONDS: '120',
      MIGRATIONS_FOLDER: '/app/migrations',
      MIGRATIONS_DIGEST: migrations.digest,
      MIGRATIONS_SCHEMA: 'app',
      CONNECT_TIMEOUT_SECONDS: '3',
      CONTRACT_VERSION,
      NODE_OPTIONS: '--max-old-space-size=153',
    });
    const { wait, problems } = readSettings(
      { ...env, DATABASE_URL: 'postgresql://app:secret@db/orders' },
      'wait',
    );
    expect(problems).toEqual([]);
    expect(wait).toEqual({ timeout: 120_000, isTold: true, expected, oldest, maxNewer: 2 });
  });
});

test('without the folder at synth, the image says what is expected; the range is passed on', () => {
  const env = envOf(gateOf(gated({ range: SchemaRange.of({ oldest: '0001_second' }) })));
  expect(env).toMatchObject({ WAIT_OLDEST_MIGRATION: '0001_second', MIGRATIONS_FOLDER: '/app/migrations' });
  expect(Object.keys(env).filter((name) => name.startsWith('WAIT_'))).toEqual(['WAIT_OLDEST_MIGRATION']);
  expect(envOf(gateOf(gated({ range: SchemaRange.exactly() }))).WAIT_MAX_NEWER).toBe('0');
});

const names = (pod: { spec: { initContainers?: KubeContainer[] } }) =>
  pod.spec.initContainers?.map(({ name }) => name);
const init = (name: string, more: Partial<ContainerProps> = {}): ContainerProps => ({
  ...APP,
  name,
  ...more,
});

test('stands before the init containers of the application, behind its own proxy and behind other gates', () => {
  const pod = podIn(
    synthChart((chart) => {
      const workload = deployment(chart, { initContainers: [init('warm-up')] });
      const credentials = DatabaseCredentials.fromCloudSqlProxy({
        ...{ instance: 'shop-prod:europe-west1:orders', database: 'orders', user: 'app@shop.iam' },
      });
      new SchemaGate(chart, 'Orders', gateProps(workload, { credentials }));
      workload.addInitContainer(init('later'));
      new SchemaGate(chart, 'Stock', gateProps(workload, { containerName: 'wait-for-stock' }));
    }),
  );
  expect(names(pod)).toEqual(['cloud-sql-proxy', 'wait-for-schema', 'wait-for-stock', 'warm-up', 'later']);
  expect(pod.spec.initContainers?.map(({ image }) => image.split('/').at(-1))).toEqual([
    ...['cloud-sql-proxy:2.25.3', 'gate:1.4.2', 'gate:1.4.2', 'app:1.0.0', 'app:1.0.0'],
  ]);
  expect(pod.spec.initContainers?.map(({ terminationMessagePolicy }) => terminationMessagePolicy)).toEqual([
    ...Array(3).fill('FallbackToLogsOnError'),
    ...Array(2).fill(undefined),
  ]);
  expect(pod.spec.volumes?.map(({ name }) => name)).toEqual(['wait-for-schema-tmp', 'wait-for-stock-tmp']);
});

test('stands after the proxy of the application where that is asked for', () => {
  const proxy = init('proxy', { restartPolicy: ContainerRestartPolicy.ALWAYS });
  const pod = podIn(
    synthChart((chart) => {
      const workload = deployment(chart, { initContainers: [init('first'), proxy, init('last')] });
      new SchemaGate(chart, 'Gate', gateProps(workload, { after: 'proxy' }));
    }),
  );
  expect(names(pod)).toEqual(['first', 'proxy', 'wait-for-schema', 'last']);
  expect(refused({ after: 'proxy' })).toEqual([
    'after: "proxy" is no init container of the workload, which has none; add it before the gate',
  ]);
});

test('volumes of the same names stay those of the application', () => {
  const tls = DatabaseTls.of({ roots: TrustedRoots.fromConfigMap('db-ca') });
  const pod = podIn(
    synthChart((chart) => {
      const configMap = ConfigMap.fromConfigMapName(chart, 'Own', 'own-ca');
      const tmp = Volume.fromEmptyDir(chart, 'OwnTmp', 'wait-for-schema-tmp', {
        sizeLimit: Size.mebibytes(1),
      });
      const workload = deployment(chart, {
        containers: [{ ...APP, volumeMounts: [{ path: '/cache', volume: tmp }] }],
        volumes: [Volume.fromConfigMap(chart, 'OwnCa', configMap, { name: 'wait-for-schema-database-ca' })],
      });
      new SchemaGate(chart, 'Gate', gateProps(workload, { tls }));
    }),
  );
  expect(gateOf(pod).volumeMounts).toEqual([
    { mountPath: '/tmp', name: 'wait-for-schema-tmp-2' },
    { mountPath: '/var/run/drizzle-gate/ca', name: 'wait-for-schema-database-ca-2', readOnly: true },
  ]);
  expect(pod.spec.containers[0]?.volumeMounts).toEqual([
    { mountPath: '/cache', name: 'wait-for-schema-tmp' },
  ]);
  expect(pod.spec.volumes?.map(({ name }) => name).sort()).toEqual([
    ...['wait-for-schema-database-ca', 'wait-for-schema-database-ca-2'],
    ...['wait-for-schema-tmp', 'wait-for-schema-tmp-2'],
  ]);
});

test('all that is wrong is told at once', () => {
  withMigrationsFolder((localFolder) => {
    const migrations = MigrationSource.fromImage({ localFolder });
    expect(
      refused({
        ...{ migrations, image: 'gate', containerName: 'app', timeout: Duration.days(2) },
        ...{ range: SchemaRange.of({ oldest: '0009' }), tmpSize: Size.kibibytes(5) },
        ...{ credentials: DatabaseCredentials.fromSecretKeys('db', { host: 'db' }) },
        env: { WAIT_COUNT: EnvValue.fromValue('1'), PGHOST: EnvValue.fromValue('db') },
      }),
    ).toEqual([
      'range: "0009" is no migration of the journal; give a tag, for example "0002_third"',
      expect.stringMatching(/^timeout: 172800 seconds is out of range/),
      expect.stringMatching(/^image: "gate" /),
      expect.stringMatching(/^tmpSize: /),
      'env: "WAIT_COUNT" is set by the construct; give migrations of a SchemaGate instead',
      'env: "PGHOST" is set by the construct; give it in credentials or tls instead',
      'containerName: "app" is a container of the workload already; give another containerName',
    ]);
  });
  withMigrationsFolder((localFolder) => {
    expect(refused({ migrations: MigrationSource.fromImage({ localFolder }) })).toEqual([
      'migrations: the folder has no migrations, so there is nothing to wait for; add the first',
    ]);
  }, []);
  expect(refused({ workload: {} as AbstractPod })).toEqual([
    'workload: it has no pod to add a container to; give a Pod, CronJob, Deployment, StatefulSet, DaemonSet or Job of cdk8s-plus',
  ]);
  expect(problemsOf(() => SchemaRange.of({ oldest: ' ', maxNewer: -1 }))).toEqual([
    'oldest: " " is empty; give the tag of a migration, or leave it out',
    'maxNewer: -1 is out of range; give a whole number from 0 to 1000000',
  ]);
});

test('what the pod says already is not overwritten, and a proxy is not started twice', () => {
  const credentials = DatabaseCredentials.fromCloudSqlProxy({
    ...{ instance: 'shop-prod:europe-west1:orders', database: 'orders', user: 'app@shop.iam' },
  });
  const proxy = init('cloud-sql-proxy', { restartPolicy: ContainerRestartPolicy.ALWAYS });
  expect(refused({ credentials }, (chart) => deployment(chart, { initContainers: [proxy] }))).toEqual([
    'sidecars: "cloud-sql-proxy" is a container of the workload already; if it is the same proxy, give credentials that go through it, and its name as after',
  ]);
  const annotated: Make = (chart) =>
    deployment(chart, { podMetadata: { annotations: { 'vault.hashicorp.com/role': 'app' } } });
  const vault = (role: string) =>
    DatabaseCredentials.fromVaultAgent({
      role,
      secret: VaultSecret.databaseRole('app'),
      database: 'orders',
      host: 'db',
    });
  expect(refused({ credentials: vault('gate') }, annotated)).toEqual([
    'credentials: the pod has the annotation "vault.hashicorp.com/role" with "app", and the login needs "gate"; give one of them up',
  ]);
  const pod = gated({ credentials: vault('app') }, annotated);
  expect(pod.metadata.annotations).toMatchObject({ 'vault.hashicorp.com/agent-init-first': 'true' });
  expect(pod.spec.volumes?.map(({ name }) => name)).toContain('vault-token');
});
