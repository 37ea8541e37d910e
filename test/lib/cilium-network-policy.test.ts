import { NetworkProtocol } from 'cdk8s-plus-28';
import {
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  DatabaseRollback,
  DbEgressPolicy,
  type DbEgressPolicyProps,
  DnsResolver,
  EgressPreset,
  OperatorPods,
  PolicyKind,
} from '../../lib';
import {
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
} from '../support/synth';

const policyKind = PolicyKind.CILIUM_NETWORK_POLICY;
const HOST = 'db.abc.eu-central-1.rds.amazonaws.com';
const named = () => DatabaseEndpoint.of({ peers: [DatabasePeer.fqdn(HOST)] });

function synth(props: Partial<DbEgressPolicyProps> = {}): KubeObject[] {
  return synthChart((chart) => {
    new DbEgressPolicy(chart, 'Policy', { endpoint: named(), policyKind, ...props });
  });
}
const spec = (props: Partial<DbEgressPolicyProps> = {}) => only(synth(props), 'CiliumNetworkPolicy').spec;
const egress = (props: Partial<DbEgressPolicyProps> = {}) => (spec(props) as { egress: unknown[] }).egress;
const tcp = (port: string) => [{ ports: [{ port, protocol: 'TCP' }] }];
const KUBE_DNS = { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' };
const DNS_PORTS = [
  { port: '53', protocol: 'UDP' },
  { port: '53', protocol: 'TCP' },
];

describe('DbEgressPolicy as a CiliumNetworkPolicy', () => {
  test('opens the host by its name, and DNS by the proxy that learns the addresses; nothing else in either direction', () => {
    expect(spec()).toEqual({
      endpointSelector: { matchLabels: { 'k8s:app.kubernetes.io/component': 'database-migration' } },
      ingress: [{}],
      egress: [
        { toFQDNs: [{ matchName: HOST }], toPorts: tcp('5432') },
        {
          toEndpoints: [{ matchLabels: KUBE_DNS }],
          toPorts: [{ ports: DNS_PORTS, rules: { dns: [{ matchPattern: '*' }] } }],
        },
      ],
    });
  });

  test('is made in place of the NetworkPolicy, never beside it', () => {
    expect(synth().map(({ apiVersion, kind, metadata: { name } }) => [apiVersion, kind, name])).toEqual([
      ['cilium.io/v2', 'CiliumNetworkPolicy', 'db-migration'],
    ]);
  });

  test('each destination is an item of its own, of one kind, with its port as text', () => {
    const endpoint = DatabaseEndpoint.of({
      port: 6432,
      podPort: 5432,
      peers: [
        DatabasePeer.ipBlock('10.1.0.0/16', { except: ['10.1.1.0/24'] }),
        DatabasePeer.ipBlock('fd00:10::/64'),
        DatabasePeer.fqdn('*.Example.com', { port: 3307 }),
        DatabasePeer.pods({ podLabels: { app: 'pg' } }),
        DatabasePeer.pods({ namespaceLabels: { 'kubernetes.io/metadata.name': 'data' } }),
        OperatorPods.cloudNativePg('orders', { namespace: 'data' }),
      ],
    });
    expect(egress({ endpoint }).slice(0, 6)).toEqual([
      { toCIDRSet: [{ cidr: '10.1.0.0/16', except: ['10.1.1.0/24'] }], toPorts: tcp('6432') },
      { toCIDRSet: [{ cidr: 'fd00:10::/64' }], toPorts: tcp('6432') },
      { toFQDNs: [{ matchPattern: '*.example.com' }], toPorts: tcp('3307') },
      { toEndpoints: [{ matchLabels: { 'k8s:app': 'pg' } }], toPorts: tcp('5432') },
      { toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'data' } }], toPorts: tcp('5432') },
      {
        toEndpoints: [
          { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'data', 'k8s:cnpg.io/cluster': 'orders' } },
        ],
        toPorts: tcp('5432'),
      },
    ]);
  });

  test('without names nothing depends on the DNS proxy', () => {
    expect(egress({ endpoint: minimalEndpoint() })).toEqual([
      { toCIDRSet: [{ cidr: '10.0.0.0/24' }], toPorts: tcp('5432') },
      { toEndpoints: [{ matchLabels: KUBE_DNS }], toPorts: [{ ports: DNS_PORTS }] },
    ]);
  });

  test('addresses of the node are themselves, and the entity host, once for each set of ports', () => {
    const rules = egress({
      dns: DnsResolver.nodeLocalCache({ clusterIps: ['10.96.0.10'] }),
      extraEgress: EgressPreset.eksPodIdentity(),
    });
    const dns = [{ ports: DNS_PORTS, rules: { dns: [{ matchPattern: '*' }] } }];
    const range = (cidr: string) => ({ toCIDRSet: [{ cidr }] });
    const pods = (app: string) => ({ toEndpoints: [{ matchLabels: { ...KUBE_DNS, 'k8s:k8s-app': app } }] });
    expect(rules.slice(1)).toEqual([
      { toEntities: ['host'], toPorts: dns },
      { ...range('169.254.20.10/32'), toPorts: dns },
      { ...range('10.96.0.10/32'), toPorts: dns },
      { ...pods('node-local-dns'), toPorts: dns },
      { ...pods('kube-dns'), toPorts: dns },
      { toEntities: ['host'], toPorts: tcp('80') },
      { ...range('169.254.170.23/32'), toPorts: tcp('80') },
      { ...range('fd00:ec2::23/128'), toPorts: tcp('80') },
    ]);
  });

  test('other protocols stay what they are', () => {
    const peer = DatabasePeer.ipBlock('10.9.0.0/24');
    expect(egress({ extraEgress: [{ peer, port: 8125, protocol: NetworkProtocol.UDP }] }).at(-1)).toEqual({
      toCIDRSet: [{ cidr: '10.9.0.0/24' }],
      toPorts: [{ ports: [{ port: '8125', protocol: 'UDP' }] }],
    });
  });

  test('dnsNames narrows what may be looked up to them, the names of the peers and the host', () => {
    const endpoint = DatabaseEndpoint.of({
      host: 'DB.internal.example.com',
      peers: [DatabasePeer.fqdn(HOST)],
    });
    expect(
      egress({ endpoint, dnsNames: ['vault.vault.svc.cluster.local', '*.example.org', HOST] })[1],
    ).toEqual({
      toEndpoints: [{ matchLabels: KUBE_DNS }],
      toPorts: [
        {
          ports: DNS_PORTS,
          rules: {
            dns: [
              { matchName: 'db.internal.example.com' },
              { matchName: HOST },
              { matchName: 'vault.vault.svc.cluster.local' },
              { matchPattern: '*.example.org' },
            ],
          },
        },
      ],
    });
  });

  test('the wrapped object is there for both kinds, the NetworkPolicy only for its own', () => {
    const made: DbEgressPolicy[] = [];
    synthChart((chart) => {
      made.push(new DbEgressPolicy(chart, 'Cilium', { endpoint: named(), policyKind }));
      made.push(new DbEgressPolicy(chart, 'Plain', { endpoint: minimalEndpoint(), name: 'plain' }));
    });
    expect(made.map(({ name, apiObject }) => [name, apiObject.kind])).toEqual([
      ['db-migration', 'CiliumNetworkPolicy'],
      ['plain', 'NetworkPolicy'],
    ]);
    expect(made[1]?.networkPolicy.name).toBe('plain');
    expect(() => made[0]?.networkPolicy).toThrow(
      'test/Cilium is a CiliumNetworkPolicy; read apiObject in place of networkPolicy',
    );
  });

  test('refuses what it can not say, all at once', () => {
    const pods = DatabasePeer.pods({
      podLabels: { app: 'pg' },
      namespaceLabels: { team: 'data', 'kubernetes.io/metadata.name': 'x' },
    });
    const endpoint = DatabaseEndpoint.of({ host: 'db.databases.svc', peers: [pods] });
    expect(problemsOf(() => spec({ endpoint, dnsNames: ['a..b', 'x.'] }))).toEqual([
      'endpoint: a CiliumNetworkPolicy selects a namespace by its name, never by "team"; give only "kubernetes.io/metadata.name"',
      'dnsNames: "a..b" is not a name to look up; write it in full and without a dot at the end, for example "vault.vault.svc.cluster.local"',
      'dnsNames: "x." is not a name to look up; write it in full and without a dot at the end, for example "vault.vault.svc.cluster.local"',
      'dnsNames: with them the pod looks up only full names, and the host "db.databases.svc" is short; give the endpoint a host like "db.databases.svc.cluster.local"',
    ]);
    expect(problemsOf(() => spec({ dnsPeers: [] }))).toEqual([
      'dnsPeers: [] leaves Cilium without the DNS answers from which it learns the addresses of names; leave it out',
    ]);
    expect(problemsOf(() => spec({ endpoint: minimalEndpoint(), dnsNames: [] }))).toEqual([
      'dnsNames: [] allows no name at all; give the name of the database, or the host of the endpoint',
    ]);
  });
});

describe('DatabaseMigration and DatabaseRollback with a CiliumNetworkPolicy', () => {
  const props = { ...minimalJobProps(), endpoint: named(), policyKind };
  const dnsConfig = (objects: KubeObject[]) => jobSpec(only(objects, 'Job')).template.spec.dnsConfig;
  const migration = (dnsNames?: string[]) =>
    synthChart((chart) => new DatabaseMigration(chart, 'Db', { ...props, dnsNames }));
  const rollback = (dnsNames?: string[]) =>
    synthChart((chart) => new DatabaseRollback(chart, 'Db', { ...props, dnsNames, target: 'empty' }));

  test('the policy stands where the NetworkPolicy would', () => {
    expect(migration().map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'CiliumNetworkPolicy',
      'Job',
    ]);
  });

  test('with narrow names the pods look up only full names, or a refused one would end the lookup', () => {
    const narrow = { options: [{ name: 'ndots', value: '1' }] };
    expect([dnsConfig(migration([])), dnsConfig(rollback([]))]).toEqual([narrow, narrow]);
    expect([dnsConfig(migration()), dnsConfig(rollback())]).toEqual([undefined, undefined]);
  });

  test('the name of the Job follows that', () => {
    const name = (objects: KubeObject[]) => only(objects, 'Job').metadata.name;
    expect(name(migration([]))).not.toBe(name(migration()));
  });

  test('two databases in one chart need names of their own, whatever the kinds', () => {
    const both = () =>
      synthChart((chart) => {
        new DatabaseMigration(chart, 'Orders', props);
        new DatabaseMigration(chart, 'Stock', {
          ...props,
          endpoint: minimalEndpoint(),
          policyKind: undefined,
        });
      });
    expect(problemsOf(both).join()).toContain(
      '[test/Orders] objectName "db-migration" is also that of test/Stock',
    );
  });
});
