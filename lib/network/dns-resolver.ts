import { Problems } from '../internal/problems';
import { portProblem } from '../internal/syntax';
import { DatabasePeer } from './database-peer';

export interface DnsResolverOptions {
  /** Who answers. */
  readonly peers: DatabasePeer[];
  /**
   * Ports on which they do, over UDP and TCP. For pods these are the ports of the pods.
   * @default [53]
   */
  readonly ports?: number[];
}

export interface NodeLocalDnsOptions {
  /**
   * Link-local addresses on which the cache listens.
   * @default ['169.254.20.10']
   */
  readonly addresses?: string[];
  /**
   * The cluster IPs of the Service `kube-dns` (`kubectl get service -n kube-system kube-dns`), one of each family
   * that the cluster has. Needed where kube-proxy works with iptables or nftables: the cache then answers at these
   * addresses too, and the pods ask there.
   * @default - none, as is right with IPVS
   */
  readonly clusterIps?: string[];
}

/**
 * Who answers DNS for the Jobs. It is narrow on purpose: whoever may ask any server on port 53 can carry data out by
 * it.
 */
export class DnsResolver {
  /**
   * The pods labelled `k8s-app: kube-dns` in kube-system, on port 53, be they CoreDNS or kube-dns: so it is with
   * kubeadm, kind, k3s, EKS, AKS, and GKE with kube-dns.
   */
  public static kubeDns(): DnsResolver {
    return new DnsResolver([kubeSystemPods('kube-dns')], [53]);
  }

  /**
   * NodeLocal DNSCache: its addresses on the node, its pods, and the cluster's DNS, which takes over while the cache
   * restarts.
   *
   * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   */
  public static nodeLocalCache(options: NodeLocalDnsOptions = {}): DnsResolver {
    const problems = new Problems();
    const { addresses = ['169.254.20.10'], clusterIps = [] } = options;
    const peersAt = (prop: string, all: readonly string[]) =>
      all.flatMap(
        (address) => problems.attempt(() => DatabasePeer.nodeAddress(address), { address: prop }) ?? [],
      );
    const nodes = [...peersAt('addresses', addresses), ...peersAt('clusterIps', clusterIps)];
    problems.throwIfAny();
    return new DnsResolver([...nodes, kubeSystemPods('node-local-dns'), kubeSystemPods('kube-dns')], [53]);
  }

  /**
   * OpenShift's DNS pods. They listen on 5353 behind a Service on 53; network plugins that look before that is
   * replaced need 53 as well.
   */
  public static openShift(): DnsResolver {
    const pods = DatabasePeer.pods({
      podLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' },
      namespaceLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' },
    });
    return new DnsResolver([pods], [5353, 53]);
  }

  /**
   * Any other: own labels, a managed DNS at an address, other ports.
   *
   * @throws Error with every problem of the options.
   */
  public static of(options: DnsResolverOptions): DnsResolver {
    const problems = new Problems();
    const { peers, ports = [53] } = options;
    if (peers.length === 0) problems.add('peers', '[] answers nothing; give at least one DatabasePeer');
    if (ports.length === 0) problems.add('ports', '[] opens nothing; leave it out for 53');
    for (const port of ports) problems.check('ports', portProblem(port));
    problems.throwIfAny();
    return new DnsResolver([...peers], [...ports]);
  }

  private constructor(
    public readonly peers: DatabasePeer[],
    public readonly ports: number[],
  ) {}
}

function kubeSystemPods(app: string): DatabasePeer {
  return DatabasePeer.pods({
    podLabels: { 'k8s-app': app },
    namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
  });
}
