import { DatabasePeer, DbEgressPolicy, DnsResolver, type EgressOptions } from '../../lib';
import { minimalEndpoint, only, problemsOf, synthChart } from '../support/synth';

function dnsRules(props: EgressOptions): unknown[] {
  const objects = synthChart((chart) => {
    new DbEgressPolicy(chart, 'Policy', { endpoint: minimalEndpoint(), ...props });
  });
  return (only(objects, 'NetworkPolicy').spec as { egress: unknown[] }).egress.slice(1);
}

const ports = (...all: number[]) =>
  all.flatMap((port) => [
    { port, protocol: 'UDP' },
    { port, protocol: 'TCP' },
  ]);
const address = (cidr: string) => ({ to: [{ ipBlock: { cidr } }], ports: ports(53) });
const pods = (namespace: string, matchLabels: object, all: unknown = ports(53)) => ({
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      podSelector: { matchLabels },
    },
  ],
  ports: all,
});
const KUBE_DNS = pods('kube-system', { 'k8s-app': 'kube-dns' });
const CACHE = pods('kube-system', { 'k8s-app': 'node-local-dns' });

describe('DnsResolver', () => {
  test('kubeDns is the default', () => {
    expect(dnsRules({})).toEqual([KUBE_DNS]);
    expect(dnsRules({ dns: DnsResolver.kubeDns() })).toEqual([KUBE_DNS]);
  });

  test('nodeLocalCache: the address on the node, the pods of the cache, and the DNS behind it', () => {
    expect(dnsRules({ dns: DnsResolver.nodeLocalCache() })).toEqual([
      address('169.254.20.10/32'),
      CACHE,
      KUBE_DNS,
    ]);
  });

  test('nodeLocalCache with iptables: the addresses of the Service too, in both families', () => {
    const dns = DnsResolver.nodeLocalCache({
      addresses: ['169.254.20.10', 'fd00::10'],
      clusterIps: ['10.96.0.10', 'FD00:96::A'],
    });
    expect(dnsRules({ dns })).toEqual([
      address('169.254.20.10/32'),
      address('fd00::10/128'),
      address('10.96.0.10/32'),
      address('fd00:96::a/128'),
      CACHE,
      KUBE_DNS,
    ]);
  });

  test('nodeLocalCache refuses what are no addresses, each by its prop', () => {
    expect(
      problemsOf(() => DnsResolver.nodeLocalCache({ addresses: ['x'], clusterIps: ['10.96.0.0/16'] })),
    ).toEqual([
      'addresses: "x" is not an address; write it like "169.254.20.10"',
      'clusterIps: "10.96.0.0/16" is not an address; write it like "169.254.20.10"',
    ]);
  });

  test('openShift: the port of the pods, and that of their Service', () => {
    expect(dnsRules({ dns: DnsResolver.openShift() })).toEqual([
      pods('openshift-dns', { 'dns.operator.openshift.io/daemonset-dns': 'default' }, ports(5353, 53)),
    ]);
  });

  test('of: own peers and ports, where the port of a peer comes first', () => {
    const dns = DnsResolver.of({
      peers: [
        DatabasePeer.pods({
          podLabels: { app: 'bind' },
          namespaceLabels: { 'kubernetes.io/metadata.name': 'dns' },
        }),
        DatabasePeer.ipBlock('10.0.0.2/32', { port: 53 }),
      ],
      ports: [1053],
    });
    expect(dnsRules({ dns })).toEqual([pods('dns', { app: 'bind' }, ports(1053)), address('10.0.0.2/32')]);
  });

  test('of refuses what would answer nothing', () => {
    expect(problemsOf(() => DnsResolver.of({ peers: [], ports: [] }))).toEqual([
      'peers: [] answers nothing; give at least one DatabasePeer',
      'ports: [] opens nothing; leave it out for 53',
    ]);
    expect(problemsOf(() => DnsResolver.of({ peers: minimalEndpoint().peers, ports: [0] }))).toEqual([
      'ports: 0 is not a port; give a whole number from 1 to 65535',
    ]);
  });

  test('dnsPeers still says who answers, but not beside dns', () => {
    const dnsPeers = [DatabasePeer.ipBlock('169.254.20.10/32')];
    expect(dnsRules({ dnsPeers })).toEqual([address('169.254.20.10/32')]);
    expect(problemsOf(() => dnsRules({ dnsPeers, dns: DnsResolver.kubeDns() }))).toEqual([
      'dnsPeers: they stand beside dns, which says who answers DNS; leave one of them out',
    ]);
  });
});
