import { DatabaseEndpoint, DatabasePeer, Mesh, MigrationJob, PolicyKind } from '../../lib';
import { expectValid, jobSpec, type KubeObject, minimalJobProps, only, synthChart } from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const OUTSIDE = { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'none' };

const podMetadata = (objects: readonly KubeObject[]) => jobSpec(only(objects, 'Job')).template.metadata;

const inCluster = DatabaseEndpoint.of({
  peers: [
    DatabasePeer.pods({ podLabels: { app: 'pg' }, namespaceLabels: { team: 'data' }, port: 6000 }),
    DatabasePeer.ipBlock('10.0.0.0/24'),
  ],
});

/** Port and labels of the pods of each rule that selects pods, DNS apart. */
function opened(objects: readonly KubeObject[]) {
  const spec = only(objects, 'NetworkPolicy').spec as {
    egress: { ports: { port: number }[]; to: { podSelector?: { matchLabels: object } }[] }[];
  };
  return spec.egress
    .filter(({ ports }) => ports[0]?.port !== 53)
    .map(({ ports, to }) => [ports.map(({ port }) => port), to[0]?.podSelector?.matchLabels]);
}

describe('a service mesh', () => {
  test('stays out of the pods by default, because its sidecar would keep the Job from ending', () => {
    expect(podMetadata(synthMigration({}))).toMatchObject({
      labels: OUTSIDE,
      annotations: { 'linkerd.io/inject': 'disabled' },
    });
    expect(synthMigration({ mesh: Mesh.optOut() })).toEqual(synthMigration({}));
  });

  test.each([
    ['podLabels', { 'sidecar.istio.io/inject': 'true' }],
    ['podAnnotations', { 'linkerd.io/inject': 'enabled' }],
  ] as const)('%s decide against the default, and not against a mesh that is named', (prop, given) => {
    const { labels, annotations } = podMetadata(synthMigration({ [prop]: given })) ?? {};
    expect(prop === 'podLabels' ? labels : annotations).toMatchObject(given);
    expect(() => synthMigration({ [prop]: given, mesh: Mesh.optOut() })).toThrow(
      `${prop}: "${Object.keys(given)[0]}" would be set twice, with different values; give it once`,
    );
  });

  test('none says nothing', () => {
    const { labels = {}, annotations = {} } = podMetadata(synthMigration({ mesh: Mesh.none() })) ?? {};
    expect(Object.keys({ ...labels, ...annotations }).join()).not.toMatch(/istio|linkerd/);
  });

  test('Istio: a native sidecar, and the policy opens istiod and the tunnel of ambient pods', () => {
    const objects = synthMigration({ mesh: Mesh.istio({ namespace: 'mesh' }), endpoint: inCluster });
    expect(podMetadata(objects)).toMatchObject({
      labels: { 'sidecar.istio.io/inject': 'true', 'istio.io/dataplane-mode': 'none' },
      annotations: { 'sidecar.istio.io/nativeSidecar': 'true', 'linkerd.io/inject': 'disabled' },
    });
    expect(opened(objects)).toEqual([
      [[6000], { app: 'pg' }],
      [[5432], undefined],
      [[15012], { app: 'istiod' }],
      [[15008], { app: 'pg' }],
    ]);
    expect(JSON.stringify(only(objects, 'NetworkPolicy'))).toContain('"kubernetes.io/metadata.name":"mesh"');
    for (const object of objects) expectValid(object);
  });

  test('Istio ambient: no sidecar, and the policy opens the tunnel', () => {
    const objects = synthMigration({ mesh: Mesh.istioAmbient(), endpoint: inCluster });
    expect(podMetadata(objects)).toMatchObject({
      labels: { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'ambient' },
    });
    expect(opened(objects).at(-1)).toEqual([[15008], { app: 'pg' }]);
  });

  test("Linkerd: a native sidecar, and the policy opens the control plane and the database's proxies", () => {
    const objects = synthMigration({ mesh: Mesh.linkerd(), endpoint: inCluster });
    expect(podMetadata(objects)).toMatchObject({
      labels: OUTSIDE,
      annotations: {
        'linkerd.io/inject': 'enabled',
        'config.alpha.linkerd.io/proxy-enable-native-sidecar': 'true',
        'config.beta.linkerd.io/proxy-enable-native-sidecar': 'true',
        'config.linkerd.io/proxy-enable-native-sidecar': 'true',
      },
    });
    const identity = { 'linkerd.io/control-plane-component': 'identity' };
    const destination = { 'linkerd.io/control-plane-component': 'destination' };
    expect(opened(objects).slice(2)).toEqual([
      [[8080], identity],
      [[8086], destination],
      [[8090], destination],
      [[4143], identity],
      [[4143], destination],
      [[4143], { app: 'pg' }],
    ]);
    for (const object of objects) expectValid(object);
  });

  test('names that may be looked up hold those of Linkerd, and exclude Istio, which asks for short ones', () => {
    const endpoint = DatabaseEndpoint.of({ peers: [DatabasePeer.fqdn('db.example.com')] });
    const cilium = { endpoint, policyKind: PolicyKind.CILIUM_NETWORK_POLICY, dnsNames: ['x.example.com'] };
    expect(JSON.stringify(synthMigration({ ...cilium, mesh: Mesh.linkerd() }))).toContain(
      'linkerd-policy.linkerd.svc.cluster.local',
    );
    expect(() => synthMigration({ ...cilium, mesh: Mesh.istio() })).toThrow(
      "dnsNames: Istio's sidecar looks up istiod by a short name",
    );
  });

  test('a namespace that is no name is refused', () => {
    expect(() => Mesh.istio({ namespace: 'Istio System' })).toThrow(
      'namespace: "Istio System" is not a name',
    );
  });

  test('a MigrationJob alone is labelled too', () => {
    const objects = synthChart((chart) => new MigrationJob(chart, 'Job', minimalJobProps()));
    expect(podMetadata(objects)).toMatchObject({ labels: OUTSIDE });
  });
});
