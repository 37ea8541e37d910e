import { DatabaseEndpoint, DatabasePeer, DbEgressPolicy, EgressPreset, OperatorPods } from '../../lib';
import { minimalEndpoint, only, problemsOf, synthChart } from '../support/synth';

describe('DatabasePeer.ipBlock', () => {
  test('names the range and every exception that is wrong, at once', () => {
    expect(problemsOf(() => DatabasePeer.ipBlock('10.0.0.0/99', { except: ['10.0.0.9/24', 'x'] }))).toEqual([
      'cidr: "10.0.0.0/99" has the prefix length "99"; give a whole number from 0 to 32',
      'except: "10.0.0.9/24" has host bits set; write "10.0.0.0/24" for the network or "10.0.0.9/32" for the address',
      'except: "x" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"',
    ]);
  });

  test('an exception must be a part of the range', () => {
    expect(
      problemsOf(() => DatabasePeer.ipBlock('10.0.0.0/24', { except: ['10.0.1.0/25', '10.0.0.0/24'] })),
    ).toEqual([
      'except: "10.0.1.0/25" is not a part of "10.0.0.0/24"; give ranges inside it',
      'except: "10.0.0.0/24" is not a part of "10.0.0.0/24"; give ranges inside it',
    ]);
  });

  test.each(['0.0.0.0/0', '::/0'])('%s, every address, only by request', (cidr) => {
    const metadata = cidr.includes(':')
      ? ['fd00:ec2::254/128', 'fd00:ec2::23/128', 'fd20:ce::254/128']
      : ['169.254.0.0/16'];
    expect(problemsOf(() => DatabasePeer.ipBlock(cidr, { except: metadata }))).toEqual([
      `cidr: "${cidr}" is every address there is; give the ranges that the database can have, or set allowEveryAddress`,
    ]);
    expect(DatabasePeer.ipBlock(cidr, { except: metadata, allowEveryAddress: true })).toBeDefined();
    expect(problemsOf(() => DatabasePeer.ipBlock(cidr, { allowEveryAddress: true }))).toEqual([
      expect.stringContaining('where clouds hand out credentials'),
    ]);
  });

  test.each(['128.0.0.0/1', '2000::/3'])('%s, much of the internet, only by request', (cidr) => {
    const except = cidr.includes(':') ? [] : ['169.254.0.0/16'];
    expect(problemsOf(() => DatabasePeer.ipBlock(cidr, { except }))).toEqual([
      `cidr: "${cidr}" is a large part of the internet; give the ranges that the database can have, or set allowEveryAddress`,
    ]);
    expect(DatabasePeer.ipBlock(cidr, { except, allowEveryAddress: true })).toBeDefined();
  });

  test('private ranges of any size are taken', () => {
    expect(DatabasePeer.ipBlock('10.0.0.0/8')).toBeDefined();
    expect(DatabasePeer.ipBlock('fc00::/7', { except: ['fd00:ec2::/32', 'fd20:ce::/32'] })).toBeDefined();
  });

  test.each([
    ['169.254.169.0/24', '169.254.169.254, 169.254.169.252', '"169.254.169.254/32", "169.254.169.252/32"'],
    ['169.254.170.0/27', '169.254.170.2, 169.254.170.23', '"169.254.170.2/32", "169.254.170.23/32"'],
    ['fd00:ec2::/64', 'fd00:ec2::254, fd00:ec2::23', '"fd00:ec2::254/128", "fd00:ec2::23/128"'],
    ['fd20:ce::/64', 'fd20:ce::254', '"fd20:ce::254/128"'],
  ])('%s is refused, because it holds credentials of the cloud', (cidr, addresses, remedy) => {
    expect(problemsOf(() => DatabasePeer.ipBlock(cidr))).toEqual([
      `cidr: "${cidr}" contains ${addresses}, where clouds hand out credentials; give narrower ranges, or add ${remedy} to except`,
    ]);
  });

  test('what is excepted, or asked for exactly, is taken', () => {
    const except = ['169.254.169.254/32', '169.254.169.252/32'];
    expect(DatabasePeer.ipBlock('169.254.169.0/24', { except })).toBeDefined();
    expect(DatabasePeer.ipBlock('169.254.169.254/32')).toBeDefined();
    expect(DatabasePeer.ipBlock('fd00:ec2::254/128')).toBeDefined();
    expect(DatabasePeer.ipBlock('169.254.20.10/32')).toBeDefined();
  });

  test('refuses a port that is none', () => {
    expect(problemsOf(() => DatabasePeer.ipBlock('10.0.0.0/8', { port: 0 }))).toEqual([
      'port: 0 is not a port; give a whole number from 1 to 65535',
    ]);
  });
});

describe('DatabasePeer.pods', () => {
  test('refuses no labels at all: that would open the whole cluster', () => {
    expect(problemsOf(() => DatabasePeer.pods({ podLabels: {} }))).toEqual([
      'podLabels: {} selects every pod; give at least one label of the pods or their namespaces',
    ]);
  });

  test('refuses wrong labels of both kinds at once', () => {
    const long = 'a'.repeat(64);
    const problems = problemsOf(() =>
      DatabasePeer.pods({ podLabels: { [long]: 'x' }, namespaceLabels: { team: long } }),
    );
    expect(problems.map((line) => line.slice(0, 30))).toEqual([
      'podLabels: the key "aaaaaaaaaa',
      'namespaceLabels: the value "aa',
    ]);
  });
});

describe('DatabasePeer.fqdn', () => {
  test.each([
    'db.example.com',
    '*.example.com',
    'db-*.cluster.example.com',
    'DB.Example.COM',
    '_x.example.com',
  ])('takes %s', (name) => {
    expect(DatabasePeer.fqdn(name)).toBeDefined();
  });

  test.each([
    ['db', 'is not the name of a host'],
    ['', 'is not the name of a host'],
    ['db.example.com.', 'is not the name of a host'],
    ['db..example.com', 'is not the name of a host'],
    ['-db.example.com', 'is not the name of a host'],
    ['https://db.example.com', 'is not the name of a host'],
    ['10.0.0.1', 'is an address; give it as DatabasePeer.ipBlock'],
    ['fd00::1', 'is an address; give it as DatabasePeer.ipBlock'],
    ['db.databases.svc.cluster.local', 'is a Service of the cluster'],
    ['db.databases.svc', 'is a Service of the cluster'],
    ['*', 'is not the name of a host'],
    ['*.com', 'can mean any host there is'],
    ['db.*', 'can mean any host there is'],
  ])('refuses %j', (name, problem) => {
    expect(problemsOf(() => DatabasePeer.fqdn(name))).toEqual([
      expect.stringContaining(`name: ${JSON.stringify(name)} ${problem}`),
    ]);
  });
});

describe('DatabasePeer.nodeAddress', () => {
  test.each(['169.254.20.0/24', '::ffff:10.0.0.1', 'fe80::1%eth0', 'node', ''])('refuses %j', (address) => {
    expect(problemsOf(() => DatabasePeer.nodeAddress(address))).toEqual([
      `address: ${JSON.stringify(address)} is not an address; write it like "169.254.20.10"`,
    ]);
  });
});

/** What a NetworkPolicy opens for the database and for extra destinations. */
function opened(props: {
  peers?: DatabasePeer[];
  extraEgress?: ReturnType<typeof EgressPreset.gkeMetadata>;
}): unknown[] {
  const endpoint = props.peers ? DatabaseEndpoint.of({ port: 6432, peers: props.peers }) : minimalEndpoint();
  const objects = synthChart((chart) => {
    new DbEgressPolicy(chart, 'Policy', { endpoint, dnsPeers: [], extraEgress: props.extraEgress });
  });
  const { egress } = only(objects, 'NetworkPolicy').spec as { egress: unknown[] };
  return props.extraEgress ? egress.slice(1) : egress;
}
const pods = (matchLabels: object, namespace?: string) => ({
  podSelector: { matchLabels },
  ...(namespace && { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }),
});
const rule = (to: unknown, port: number) => ({ to: [to], ports: [{ port, protocol: 'TCP' }] });

describe('OperatorPods', () => {
  test.each([
    ['cloudNativePg', { 'cnpg.io/cluster': 'orders' }],
    ['cloudNativePgPooler', { 'cnpg.io/poolerName': 'orders' }],
    ['zalando', { application: 'spilo', 'cluster-name': 'orders' }],
    ['zalandoPooler', { application: 'db-connection-pooler', 'connection-pooler': 'orders-pooler' }],
    [
      'crunchy',
      {
        'postgres-operator.crunchydata.com/cluster': 'orders',
        'postgres-operator.crunchydata.com/data': 'postgres',
      },
    ],
    [
      'crunchyPgBouncer',
      {
        'postgres-operator.crunchydata.com/cluster': 'orders',
        'postgres-operator.crunchydata.com/role': 'pgbouncer',
      },
    ],
  ] as const)('%s selects by the labels of the operator, at the port of the pods', (factory, labels) => {
    const peers = [
      OperatorPods[factory]('orders'),
      OperatorPods[factory]('orders', { namespace: 'data', port: 5433 }),
    ];
    expect(opened({ peers })).toEqual([rule(pods(labels), 5432), rule(pods(labels, 'data'), 5433)]);
  });

  test('refuses wrong names', () => {
    expect(
      problemsOf(() => OperatorPods.cloudNativePg('A', { namespace: 'B' })).map((line) => line.slice(0, 14)),
    ).toEqual(['cluster: "A" i', 'namespace: "B"']);
  });
});

describe('EgressPreset', () => {
  const address = (cidr: string) => ({ ipBlock: { cidr } });

  test('eksPodIdentity opens the agent in both families', () => {
    expect(opened({ extraEgress: EgressPreset.eksPodIdentity() })).toEqual([
      rule(address('169.254.170.23/32'), 80),
      rule(address('fd00:ec2::23/128'), 80),
    ]);
  });

  test('gkeMetadata opens the server of the data plane', () => {
    expect(opened({ extraEgress: EgressPreset.gkeMetadata() })).toEqual([
      rule(address('169.254.169.252/32'), 988),
      rule(address('169.254.169.252/32'), 987),
    ]);
    expect(opened({ extraEgress: EgressPreset.gkeMetadata({ dataplaneV2: true }) })).toEqual([
      rule(address('169.254.169.254/32'), 80),
      rule(address('169.254.169.254/32'), 8080),
    ]);
  });
});
