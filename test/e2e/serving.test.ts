import type { V1Pod } from '@kubernetes/client-node';
import { App, Chart, Duration, Size } from 'cdk8s';
import { Capability, Cpu, Deployment, ImagePullPolicy, SeccompProfileType } from 'cdk8s-plus-28';
import { DatabaseCredentials, MigrationSource, SchemaGate } from '../../lib';
import { expectCode } from './support/command';
import { NOTES, ORDERS } from './support/migrations';
import { type Release, SECRET, SECRET_KEY } from './support/release';
import { type Scenario, withScenario } from './support/scenario';

const LABELS = { app: 'gated-shop' };

/** A service of three replicas, the gate before its container, as a team's chart has it. */
function gatedService(it: Scenario, release: Release) {
  const chart = new Chart(new App(), 'shop', { namespace: it.namespace });
  const deployment = new Deployment(chart, 'Shop', {
    metadata: { name: 'gated-shop' },
    replicas: 3,
    securityContext: { user: 1000, group: 1000, fsGroup: 1000, ensureNonRoot: true },
    automountServiceAccountToken: false,
    containers: [
      {
        image: it.state.image,
        imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
        command: ['node', '-e', 'setInterval(() => {}, 1000)'],
        resources: { cpu: { request: Cpu.millis(20) }, memory: { request: Size.mebibytes(32) } },
        securityContext: {
          ...{ user: 1000, group: 1000, readOnlyRootFilesystem: true },
          capabilities: { drop: [Capability.ALL] },
          seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
        },
      },
    ],
  });
  deployment.podMetadata.addLabel('app', LABELS.app);
  new SchemaGate(deployment, 'Gate', {
    workload: deployment,
    image: it.state.image,
    credentials: DatabaseCredentials.fromUrlSecret(SECRET, SECRET_KEY),
    migrations: MigrationSource.fromImage({ localFolder: release.migrations }),
    timeout: Duration.minutes(4),
  });
  return chart.toJson();
}

const isServing = ({ status }: V1Pod) =>
  status?.containerStatuses?.some(
    ({ started, state }) => started === true || state?.terminated !== undefined,
  );

test('SchemaGate on three replicas: none serves before the schema is there, none waits after', () =>
  withScenario('schema-gate', async (it) => {
    const release = it.release([ORDERS, NOTES]);
    const pods = () =>
      it.kube.list<V1Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: it.namespace }, `app=${LABELS.app}`);
    for (const object of gatedService(it, release)) await it.kube.apply(object);
    const waits = ({ status }: V1Pod) =>
      status?.initContainerStatuses?.some(({ state }) => state?.running !== undefined) ?? false;
    await it.waitUntil('three replicas wait', async () => (await pods()).filter(waits).length === 3);
    expectCode(await it.deploy(it.release([ORDERS])), 0);
    // The first of two migrations is not the schema that the release was built with.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect((await pods()).filter(isServing)).toEqual([]);
    expectCode(await it.deploy(release), 0);
    await it.waitUntil(
      'three replicas serve',
      async () => (await pods()).filter(isServing).length === 3,
      30_000,
    );
    const [first] = await pods();
    await it.kube.remove(
      { apiVersion: 'v1', kind: 'Pod', namespace: it.namespace },
      first?.metadata?.name ?? '',
    );
    const isNew = ({ metadata }: V1Pod) =>
      metadata?.uid !== first?.metadata?.uid && !metadata?.deletionTimestamp;
    const isBack = async () => (await pods()).filter((pod) => isNew(pod) && isServing(pod)).length === 3;
    await it.waitUntil('a replica that comes later does not wait', isBack, 30_000);
  }));
