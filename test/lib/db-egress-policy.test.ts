import { NetworkProtocol } from 'cdk8s-plus-28';
import { DatabaseEndpoint, DatabasePeer, DbEgressPolicy, type DbEgressPolicyProps } from '../../lib';
import { minimalEndpoint, only, problemsOf, synthChart } from '../support/synth';

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

describe('DatabaseEndpoint', () => {
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
