import { EnvValue } from 'cdk8s-plus-28';
import {
  DatabaseEndpoint,
  DatabasePeer,
  DatabaseRollback,
  MigrationJob,
  PolicyKind,
  RollbackJob,
  Telemetry,
} from '../../lib';
import {
  containersOf,
  type KubeContainer,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
} from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const COLLECTOR = 'http://otel.monitoring.svc:4318';
const peer = DatabasePeer.pods({
  podLabels: { app: 'otel' },
  namespaceLabels: { 'kubernetes.io/metadata.name': 'monitoring' },
});
const cilium = { policyKind: PolicyKind.CILIUM_NETWORK_POLICY };

const variable = (container: KubeContainer | undefined, name: string) =>
  container?.env?.find((each) => each.name === name);
const namesIn = (container: KubeContainer | undefined) => (container?.env ?? []).map(({ name }) => name);
const egressOf = (objects: readonly KubeObject[], kind = 'NetworkPolicy') =>
  (only(objects, kind).spec as { egress: unknown[] }).egress;

/** What of a manifest is there only with telemetry, the Job's name apart. */
function added(props: Parameters<typeof synthMigration>[0], kind = 'NetworkPolicy') {
  const { telemetry: _telemetry, ...others } = props;
  const [withIt, without] = [synthMigration(props), synthMigration(others)];
  const before = egressOf(without, kind).map((rule) => JSON.stringify(rule));
  return egressOf(withIt, kind).filter((rule) => !before.includes(JSON.stringify(rule)));
}

describe('an OpenTelemetry collector', () => {
  const telemetry = Telemetry.otlp({
    ...{ endpoint: COLLECTOR, peer, headersSecretName: 'otel-login', headersSecretKey: 'headers' },
    ...{ environment: 'prod, eu', resourceAttributes: { 'service.name': 'orders $(HOME) a=b' } },
  });

  test('is named to both containers, with the headers from its Secret', () => {
    for (const container of containersOf(only(synthMigration({ telemetry }), 'Job'))) {
      expect(variable(container, 'OTEL_EXPORTER_OTLP_ENDPOINT')?.value).toBe(COLLECTOR);
      expect(variable(container, 'OTEL_EXPORTER_OTLP_HEADERS')?.valueFrom).toEqual({
        secretKeyRef: { name: 'otel-login', key: 'headers', optional: true },
      });
    }
  });

  test('learns namespace, pod, Job and container from the kubelet, and each value arrives as it was given', () => {
    const containers = containersOf(only(synthMigration({ telemetry }), 'Job'));
    expect(containers.map((each) => variable(each, 'OTEL_RESOURCE_ATTRIBUTES')?.value)).toEqual(
      ['pre-flight-check', 'migrate'].map(
        (name) =>
          `k8s.namespace.name=$(POD_NAMESPACE),k8s.pod.name=$(POD_NAME),k8s.job.name=$(JOB_NAME),k8s.container.name=${name},deployment.environment.name=prod%2C%20eu,service.name=orders%20%24(HOME)%20a%3Db`,
      ),
    );
    // The kubelet puts in only what stands before it.
    const names = namesIn(containers[1]);
    const at = names.indexOf('OTEL_RESOURCE_ATTRIBUTES');
    for (const name of ['POD_NAMESPACE', 'POD_NAME', 'JOB_NAME']) {
      expect(names.indexOf(name)).toBeGreaterThanOrEqual(0);
      expect(names.indexOf(name)).toBeLessThan(at);
    }
    expect(variable(containers[1], 'POD_NAMESPACE')?.valueFrom).toEqual({
      fieldRef: { fieldPath: 'metadata.namespace' },
    });
  });

  test('is the only one whom the policy opens besides', () => {
    expect(added({ telemetry })).toEqual([
      {
        ports: [{ port: 4318, protocol: 'TCP' }],
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
            podSelector: { matchLabels: { app: 'otel' } },
          },
        ],
      },
    ]);
    expect(added({ telemetry, ...cilium }, 'CiliumNetworkPolicy')).toEqual([
      {
        toEndpoints: [
          { matchLabels: { 'k8s:app': 'otel', 'k8s:io.kubernetes.pod.namespace': 'monitoring' } },
        ],
        toPorts: [{ ports: [{ port: '4318', protocol: 'TCP' }] }],
      },
    ]);
  });

  test('is opened at the port of its pods where the Service maps it', () => {
    const mapped = DatabasePeer.pods({ podLabels: { app: 'otel' }, port: 14318 });
    expect(added({ telemetry: Telemetry.otlp({ endpoint: COLLECTOR, peer: mapped }) })).toMatchObject([
      { ports: [{ port: 14318 }] },
    ]);
  });

  test('the Role names its Secret, and no other object besides', () => {
    const rules = (objects: readonly KubeObject[]) => only(objects, 'Role').rules;
    expect(JSON.stringify(rules(synthMigration({ telemetry })))).toContain('"resourceNames":["otel-login"]');
    const plain = Telemetry.otlp({ endpoint: COLLECTOR, peer });
    expect(rules(synthMigration({ telemetry: plain }))).toEqual(rules(synthMigration({})));
  });

  test('without it nothing of a manifest is changed', () => {
    const text = JSON.stringify(synthMigration({ telemetry: undefined }));
    expect(text).toBe(JSON.stringify(synthMigration({})));
    expect(text).not.toMatch(/OTEL|POD_NAMESPACE|PUSHGATEWAY/);
  });

  test('a rollback tells of itself too, alone or with what it stands on', () => {
    const alone = synthChart(
      (chart) => new RollbackJob(chart, 'Job', { ...minimalJobProps(), telemetry, target: '0001' }),
    );
    expect(variable(containersOf(only(alone, 'Job'))[0], 'OTEL_RESOURCE_ATTRIBUTES')?.value).toContain(
      'k8s.container.name=pre-rollback-check',
    );
    const props = { ...minimalJobProps(), endpoint: minimalEndpoint(), telemetry, target: '0001' };
    const beside = synthChart((chart) => new DatabaseRollback(chart, 'Db', props));
    expect(egressOf(beside)).toContainEqual(
      expect.objectContaining({ ports: [{ port: 4318, protocol: 'TCP' }] }),
    );
    expect(JSON.stringify(only(beside, 'Role'))).toContain('otel-login');
  });
});

describe('whom the policy opens when no peer is given', () => {
  const at = (endpoint: string, more: Parameters<typeof synthMigration>[0] = {}) => ({
    telemetry: Telemetry.otlp({ endpoint }),
    ...more,
  });

  test('an address', () => {
    expect(added(at('http://10.1.2.3:4318'))).toMatchObject([{ to: [{ ipBlock: { cidr: '10.1.2.3/32' } }] }]);
    expect(added(at('http://[fd12::7]:4318'))).toMatchObject([
      { to: [{ ipBlock: { cidr: 'fd12::7/128' } }] },
    ]);
  });

  test.each(['http://127.0.0.1:4318', 'http://localhost:4318', 'http://[::1]:4318'])(
    'nobody, where it is a sidecar: %s',
    (endpoint) => {
      expect(added(at(endpoint))).toEqual([]);
      const narrow = { ...cilium, dnsNames: ['db.example.com'] };
      expect(added(at(endpoint, narrow), 'CiliumNetworkPolicy')).toEqual([]);
    },
  );

  test('a host outside of the cluster, where the policy knows names; its name may be looked up', () => {
    const rules = added(at('https://otlp.example.com', cilium), 'CiliumNetworkPolicy');
    expect(rules).toContainEqual({
      toFQDNs: [{ matchName: 'otlp.example.com' }],
      toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }],
    });
    const endpoint = DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')] });
    const narrow = { ...cilium, endpoint, dnsNames: ['db.example.com'] };
    expect(JSON.stringify(synthMigration(at('https://otlp.example.com', narrow)))).toContain(
      '"dns":[{"matchName":"otlp.example.com"},{"matchName":"db.example.com"}]',
    );
  });

  test.each([
    [
      'http://otel:4318',
      {},
      '"otel" is a Service of the cluster, and policies select pods; give its peer as DatabasePeer.pods',
    ],
    [COLLECTOR, cilium, '"otel.monitoring.svc" is a Service of the cluster'],
    ['http://otel.monitoring.svc.cluster.local:4318', cilium, 'is a Service of the cluster'],
    [
      'https://otlp.example.com',
      {},
      '"otlp.example.com" is the name of a host, and a NetworkPolicy knows only addresses and pods; give its peer, or set policyKind',
    ],
  ])('%s can not be known (%j)', (endpoint, more, problem) => {
    expect(problemsOf(() => synthMigration(at(endpoint, more)))).toEqual([
      expect.stringMatching(/^telemetry: /),
    ]);
    expect(problemsOf(() => synthMigration(at(endpoint, more))).join()).toContain(problem);
  });

  test('a Job alone has no policy, and asks for none', () => {
    const props = { ...minimalJobProps(), telemetry: Telemetry.otlp({ endpoint: COLLECTOR }) };
    expect(synthChart((chart) => new MigrationJob(chart, 'Job', props))).toHaveLength(1);
  });

  test('where only full names are looked up, a short one is refused', () => {
    const narrow = { ...cilium, dnsNames: ['db.example.com'] };
    expect(
      problemsOf(() =>
        synthMigration({ ...narrow, telemetry: Telemetry.otlp({ endpoint: COLLECTOR, peer }) }),
      ),
    ).toEqual([
      'telemetry: with dnsNames the pod looks up only full names, and the host "otel.monitoring.svc" is short; write it like "collector.monitoring.svc.cluster.local"',
    ]);
  });
});

describe('a Pushgateway', () => {
  test('by its URL', () => {
    const telemetry = Telemetry.pushgateway({ url: 'http://10.1.2.3:9091/base', environment: 'prod' });
    const [container] = containersOf(only(synthMigration({ telemetry }), 'Job'));
    expect(variable(container, 'PUSHGATEWAY_URL')?.value).toBe('http://10.1.2.3:9091/base');
    expect(variable(container, 'OTEL_RESOURCE_ATTRIBUTES')?.value).toContain(
      'deployment.environment.name=prod',
    );
    expect(namesIn(container)).not.toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
    expect(added({ telemetry })).toMatchObject([{ ports: [{ port: 9091 }] }]);
  });

  test('by a Secret, which the Role names; the policy opens the peer', () => {
    const telemetry = Telemetry.pushgateway({ urlSecretName: 'push', peer });
    const objects = synthMigration({ telemetry });
    expect(variable(containersOf(only(objects, 'Job'))[1], 'PUSHGATEWAY_URL')?.valueFrom).toEqual({
      secretKeyRef: { name: 'push', key: 'PUSHGATEWAY_URL', optional: true },
    });
    expect(JSON.stringify(only(objects, 'Role'))).toContain('"resourceNames":["push"]');
    expect(added({ telemetry })).toMatchObject([{ ports: [{ port: 9091 }] }]);
    expect(
      problemsOf(() => synthMigration({ telemetry: Telemetry.pushgateway({ urlSecretName: 'push' }) })),
    ).toEqual(['telemetry: the URL is in a Secret, so the policy would not open it; give its peer']);
  });

  test.each([{}, { url: 'http://10.1.2.3:9091', urlSecretName: 'push' }])('needs one URL: %j', (options) => {
    expect(problemsOf(() => Telemetry.pushgateway(options))).toEqual([
      expect.stringMatching(/^url: .* give exactly one of them$/),
    ]);
  });
});

describe('what is wrong is refused at synth', () => {
  test.each([
    ['collector:4318', /"collector:4318" is not of http or https; write it like "http:\/\/collector/],
    ['10.1.2.3', /^endpoint: "10.1.2.3" is not a URL; write it like/],
    ['ftp://collector:4318', /is not of http or https/],
    ['http://collector', /names no port; write ":4318", or ":80" where that is meant/],
    ['http://collector:4317', /is OTLP over gRPC, and the runner speaks OTLP over HTTP; give port 4318/],
    ['http://collector:4318?x=1', /has a query or a fragment; leave "\?x=1" out/],
    ['http://collector:99999', /is not a URL/],
    [' http://collector:4318', /is not a URL/],
  ])('%s', (endpoint, expected) => {
    expect(problemsOf(() => Telemetry.otlp({ endpoint }))).toEqual([expect.stringMatching(expected)]);
  });

  test.each([
    'http://me:hunter2@collector:4318',
    'htp//me:hunter2@collector',
    'http://me:hunter2@collector:bad',
  ])('a login in the URL, which the message does not repeat: %s', (endpoint) => {
    const problems = problemsOf(() => Telemetry.otlp({ endpoint }));
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('port 80 can be meant', () => {
    expect(Telemetry.otlp({ endpoint: 'http://collector:80' })).toBeDefined();
  });

  test('everything at once', () => {
    expect(
      problemsOf(() =>
        Telemetry.otlp({
          ...{ endpoint: 'http://collector', headersSecretName: 'No Name', headersSecretKey: 'a key' },
          ...{ environment: ' ' },
          resourceAttributes: {
            'deployment.environment.name': 'x',
            'k8s.pod.name': 'x',
            'service.instance.id': 'x',
            long: 'x'.repeat(256),
            'a b': 'x',
            empty: '',
          },
        }),
      ).map((line) => line.replace(/;.*/, '')),
    ).toEqual([
      'endpoint: "http://collector" names no port',
      'headersSecretName: "No Name" is not the name of an object',
      'headersSecretKey: "a key" is not a key of a Secret or ConfigMap',
      'environment: " " is no name',
      'resourceAttributes: "deployment.environment.name" has a prop of its own',
      'resourceAttributes: "k8s.pod.name" is set by the construct',
      'resourceAttributes: "service.instance.id" is the id of each run',
      'resourceAttributes: "xxxxxxxxxxxxxxxxxxxx…" has 256 characters',
      'resourceAttributes: "a b" is not the name of an attribute',
      'resourceAttributes: "empty" is ""',
    ]);
    expect(problemsOf(() => Telemetry.otlp({ endpoint: COLLECTOR, headersSecretKey: 'x' }))).toEqual([
      'headersSecretKey: "x" is of no Secret; give headersSecretName',
    ]);
  });

  test('a variable that it sets can not be given in env as well', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: EnvValue.fromValue('a=b') };
    const telemetry = Telemetry.otlp({ endpoint: COLLECTOR, peer });
    expect(problemsOf(() => synthMigration({ telemetry, env }))).toEqual([
      'env: "OTEL_RESOURCE_ATTRIBUTES" is set by the construct; give it in telemetry instead',
    ]);
    expect(synthMigration({ env })).toBeDefined();
  });
});
