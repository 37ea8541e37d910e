import { NetworkProtocol } from 'cdk8s-plus-28';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  DbEgressPolicy,
  type DbEgressPolicyProps,
} from '../../lib';
import {
  containersOf,
  envOf,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
} from '../support/synth';

function spec(props: Partial<DbEgressPolicyProps> = {}) {
  const objects = synthChart(
    (chart) => new DbEgressPolicy(chart, 'Policy', { endpoint: minimalEndpoint(), ...props }),
  );
  return only(objects, 'NetworkPolicy').spec;
}

const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

describe('DbEgressPolicy', () => {
  test('opens the database and DNS, and nothing else in either direction', () => {
    expect(spec()).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'database-migration' } },
      policyTypes: ['Egress', 'Ingress'],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/24' } }], ports: [{ port: 5432, protocol: 'TCP' }] }, DNS],
    });
  });

  test('takes several ranges with exceptions and several groups of pods', () => {
    const endpoint = DatabaseEndpoint.of({
      port: 6432,
      peers: [
        DatabasePeer.ipBlock('10.1.0.0/16', { except: ['10.1.1.0/24', '10.1.2.3/32'] }),
        DatabasePeer.ipBlock('FD00:10::/64'),
        DatabasePeer.pods({ podLabels: { app: 'pooler' } }),
        DatabasePeer.pods({ podLabels: { app: 'pg' }, namespaceLabels: { team: 'data' } }),
        DatabasePeer.pods({ namespaceLabels: { team: 'data' } }),
      ],
    });
    const ports = [{ port: 6432, protocol: 'TCP' }];
    expect(spec({ endpoint })).toMatchObject({
      egress: [
        { ports, to: [{ ipBlock: { cidr: '10.1.0.0/16', except: ['10.1.1.0/24', '10.1.2.3/32'] } }] },
        { ports, to: [{ ipBlock: { cidr: 'fd00:10::/64' } }] },
        { ports, to: [{ podSelector: { matchLabels: { app: 'pooler' } } }] },
        {
          ports,
          to: [
            {
              podSelector: { matchLabels: { app: 'pg' } },
              namespaceSelector: { matchLabels: { team: 'data' } },
            },
          ],
        },
        { ports, to: [{ podSelector: {}, namespaceSelector: { matchLabels: { team: 'data' } } }] },
        DNS,
      ],
    });
  });

  test('extra destinations and other DNS servers only by request', () => {
    const { egress } = spec({
      dnsPeers: [DatabasePeer.ipBlock('169.254.20.10/32')],
      extraEgress: [
        { peer: DatabasePeer.pods({ podLabels: { app: 'otel' } }), port: 4317 },
        { peer: DatabasePeer.ipBlock('10.9.0.0/24'), port: 8125, protocol: NetworkProtocol.UDP },
      ],
    }) as { egress: unknown[] };
    expect(egress.slice(1)).toEqual([
      { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: DNS.ports },
      { to: [{ podSelector: { matchLabels: { app: 'otel' } } }], ports: [{ port: 4317, protocol: 'TCP' }] },
      { to: [{ ipBlock: { cidr: '10.9.0.0/24' } }], ports: [{ port: 8125, protocol: 'UDP' }] },
    ]);
  });

  test('pods are opened at the port that they listen on, addresses at the one that is connected to', () => {
    const endpoint = DatabaseEndpoint.of({
      port: 6432,
      podPort: 5432,
      peers: [
        DatabasePeer.pods({ podLabels: { app: 'pg' } }),
        DatabasePeer.pods({ podLabels: { app: 'pooler' }, port: 7000 }),
        DatabasePeer.ipBlock('10.0.0.0/24'),
      ],
    });
    const { egress } = spec({ endpoint }) as { egress: { ports: { port: number }[] }[] };
    expect(egress.slice(0, 3).map(({ ports }) => ports.map(({ port }) => port))).toEqual([
      [5432],
      [7000],
      [6432],
    ]);
  });

  test('with a proxy beside the Job, what it connects to is opened, and not the loopback address', () => {
    const instance = DatabasePeer.ipBlock('10.0.3.7/32', { port: 3307 });
    const endpoint = DatabaseEndpoint.of({ host: '127.0.0.1', port: 5432, peers: [instance] });
    const objects = synthChart((chart) => {
      const credentials = DatabaseCredentials.fromSecretKeys('db-login');
      new DatabaseMigration(chart, 'Db', { ...minimalJobProps(), credentials, endpoint });
    });
    const { egress } = only(objects, 'NetworkPolicy').spec as { egress: unknown[] };
    expect(egress[0]).toEqual({
      to: [{ ipBlock: { cidr: '10.0.3.7/32' } }],
      ports: [{ port: 3307, protocol: 'TCP' }],
    });
    for (const container of containersOf(only(objects, 'Job'))) {
      expect(envOf(container)).toMatchObject({ PGHOST: '127.0.0.1', PGPORT: '5432' });
    }
  });

  test('every rule names its destination and its port: a rule without one of them would open everything', () => {
    const { egress } = spec() as { egress: { to?: unknown[]; ports?: unknown[] }[] };
    for (const rule of egress) {
      expect(rule.to).not.toHaveLength(0);
      expect(rule.ports).not.toHaveLength(0);
    }
  });

  test('refuses all problems at once', () => {
    const refused = problemsOf(() =>
      spec({
        name: 'A',
        podLabels: { 'x/y/z': 'ok', tier: '-' },
        extraEgress: [{ peer: DatabasePeer.ipBlock('10.0.0.0/8'), port: 0 }],
      }),
    );
    expect(refused).toEqual([
      'name: "A" is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."',
      'podLabels: the key "x/y/z" is not valid; write 1 to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
      'podLabels: the value "-" of "tier" is not valid; write at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
      'extraEgress: 0 is not a port; give a whole number from 1 to 65535',
    ]);
    expect(problemsOf(() => spec({ podLabels: {} }))).toEqual([
      'podLabels: {} selects every pod of the namespace; give labels that only the Jobs have',
    ]);
  });
});

describe('a NetworkPolicy', () => {
  const remedy = "set policyKind to CiliumNetworkPolicy where Cilium enforces the cluster's policies";

  test('refuses names of hosts, wherever they stand, and names for DNS', () => {
    const db = DatabasePeer.fqdn('db.example.com');
    const endpoint = DatabaseEndpoint.of({ peers: [db] });
    const extraEgress = [{ peer: DatabasePeer.fqdn('sts.eu-central-1.amazonaws.com'), port: 443 }];
    expect(problemsOf(() => spec({ endpoint, extraEgress, dnsNames: ['x'] }))).toEqual([
      `endpoint: "db.example.com" is the name of a host, and a NetworkPolicy knows only addresses and pods; ${remedy}, or give the ranges of its addresses`,
      `extraEgress: "sts.eu-central-1.amazonaws.com" is the name of a host, and a NetworkPolicy knows only addresses and pods; ${remedy}, or give the ranges of its addresses`,
      `dnsNames: a NetworkPolicy can't tell names apart; ${remedy}, or leave it out`,
    ]);
  });

  test('refuses an extra destination whose peer has another port', () => {
    const peer = DatabasePeer.ipBlock('10.0.0.1/32', { port: 443 });
    expect(problemsOf(() => spec({ extraEgress: [{ peer, port: 80 }] }))).toEqual([
      'extraEgress: the port 80 is not the port 443 of its peer; give one of them',
    ]);
    expect(spec({ extraEgress: [{ peer, port: 443 }] })).toBeDefined();
  });
});

describe('DatabaseEndpoint', () => {
  test.each([
    ['no pods', [DatabasePeer.ipBlock('10.0.0.0/8')]],
    ['pods with ports of their own', [DatabasePeer.pods({ podLabels: { app: 'pg' }, port: 5432 })]],
  ])('refuses a podPort that nothing would use: %s', (_what, peers) => {
    expect(problemsOf(() => DatabaseEndpoint.of({ peers, podPort: 5432 }))).toEqual([
      'podPort: 5432 is for pods, and no peer selects pods without a port of its own; leave it out',
    ]);
  });

  test.each([0, 65_536, 1.5, Number.NaN, -1])('refuses the port %p', (port) => {
    const [problem] = problemsOf(() =>
      DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/8')], port }),
    );
    expect(problem).toMatch(/^port: .* is not a port; give a whole number from 1 to 65535$/);
  });

  test('refuses all problems at once', () => {
    expect(problemsOf(() => DatabaseEndpoint.of({ peers: [], host: 'postgres://db', port: 0 }))).toEqual([
      'peers: [] leaves the database unreachable; give at least one DatabasePeer',
      'host: "postgres://db" is not a host; write its name or address, without port or scheme',
      'port: 0 is not a port; give a whole number from 1 to 65535',
    ]);
  });
});
