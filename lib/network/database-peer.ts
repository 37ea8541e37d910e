import { addressRange, singleAddress } from '../internal/network/address-range';
import type { Destination } from '../internal/network/destination';
import { hostNameProblem } from '../internal/network/host-name';
import { resolveHost } from '../internal/network/resolve-host';
import { Problems, shown } from '../internal/problems';
import { labelProblems, portProblem } from '../internal/syntax';

/** What every kind of peer can be given. */
export interface PeerOptions {
  /**
   * Port that the policy opens at this peer, where it is not that of the endpoint: the pods of a Service that
   * maps its port, or the instance behind a proxy.
   * @default - the endpoint's port, or the port that stands beside the peer
   */
  readonly port?: number;
}

export interface IpBlockOptions extends PeerOptions {
  /**
   * Parts of the range that stay closed.
   * @default - none
   */
  readonly except?: string[];
  /**
   * Accepts `0.0.0.0/0` and `::/0`, which open the port on every host of the internet.
   * @default false
   */
  readonly allowEveryAddress?: boolean;
}

/** Which pods are meant; of all labels given, a pod must have every one. */
export interface PodPeerOptions extends PeerOptions {
  /**
   * Labels of the pods.
   * @default - every pod of the namespaces
   */
  readonly podLabels?: { readonly [key: string]: string };
  /**
   * Labels of their namespaces, for example `{ 'kubernetes.io/metadata.name': 'databases' }`.
   * @default - the namespace of the policy
   */
  readonly namespaceLabels?: { readonly [key: string]: string };
}

/** Someone whom the Jobs may talk to: a range of addresses, pods by their labels, or hosts by their names. */
export class DatabasePeer {
  /**
   * A range of IPv4 or IPv6 addresses, for a database outside the cluster. A name that resolves in both families needs
   * a range of each.
   *
   * @throws Error with every problem of the range and its exceptions. A range that contains a metadata service of a
   * cloud is refused until that is excepted.
   */
  public static ipBlock(cidr: string, options: IpBlockOptions = {}): DatabasePeer {
    const problems = new Problems();
    const destination = addressRange(problems, cidr, options);
    return DatabasePeer.checked(problems, destination, options.port);
  }

  /**
   * Pods of the cluster, for a database or a pooler that runs in it. Policies see their port, not that of the Service:
   * give it as `podPort` of the endpoint, or as `port` here, where the two differ.
   *
   * @throws Error when a label is not valid, or when no label at all is given: that would open the whole
   * cluster.
   */
  public static pods(options: PodPeerOptions): DatabasePeer {
    const problems = new Problems();
    const { podLabels = {}, namespaceLabels } = options;
    for (const text of labelProblems(podLabels)) problems.add('podLabels', text);
    for (const text of labelProblems(namespaceLabels ?? {})) problems.add('namespaceLabels', text);
    if (Object.keys({ ...podLabels, ...namespaceLabels }).length === 0) {
      problems.add(
        'podLabels',
        '{} selects every pod; give at least one label of the pods or their namespaces',
      );
    }
    return DatabasePeer.checked(problems, { kind: 'pods', podLabels, namespaceLabels }, options.port);
  }

  /**
   * A host outside the cluster by its name, or by a pattern in which each `*` stands for characters of one part of the
   * name. Only `PolicyKind.CILIUM_NETWORK_POLICY` can say it.
   *
   * @throws Error when it is no full name, or a pattern so wide that it means any host.
   */
  public static fqdn(name: string, options: PeerOptions = {}): DatabasePeer {
    const problems = new Problems();
    problems.check('name', hostNameProblem(name));
    return DatabasePeer.checked(problems, { kind: 'name', name: name.toLowerCase() }, options.port);
  }

  /**
   * An address at which the node itself answers, such as the link-local ones of NodeLocal DNSCache and of agents that
   * hand out credentials. A CiliumNetworkPolicy opens the port at the address and on the whole node, because Cilium may
   * count such an address as the node, which its rules for addresses never match.
   *
   * @throws Error when it is no address.
   */
  public static nodeAddress(address: string, options: PeerOptions = {}): DatabasePeer {
    const problems = new Problems();
    const cidr = singleAddress(address);
    if (cidr === undefined) {
      problems.add('address', `${shown(address)} is not an address; write it like "169.254.20.10"`);
    }
    const destination: Destination = { kind: 'addresses', cidr: cidr ?? '', except: [], isOfNode: true };
    return DatabasePeer.checked(problems, destination, options.port);
  }

  /**
   * The addresses that a host has at synth, one peer each: a snapshot, which nothing updates. A fail-over or a
   * maintenance of a managed database changes them, and the machine that synthesizes may see others than the cluster;
   * a line to stderr and an annotation of the policy say so. Prefer the ranges of the database's subnets, or `fqdn`.
   *
   * @throws Error when the host does not resolve, or only to addresses of this machine.
   */
  public static async resolve(host: string, options: PeerOptions = {}): Promise<DatabasePeer[]> {
    const ranges = await resolveHost(host);
    process.stderr.write(
      `drizzle-gate: ${host} is ${ranges.join(', ')} today, and the policy opens only that; synthesize and apply it again when the addresses change\n`,
    );
    return ranges.map((cidr) => {
      const destination: Destination = { kind: 'addresses', cidr, except: [], isOfNode: false };
      return DatabasePeer.checked(new Problems(), destination, options.port, host);
    });
  }

  private static checked(
    problems: Problems,
    destination: Destination,
    port: number | undefined,
    resolvedFrom?: string,
  ): DatabasePeer {
    if (port !== undefined) problems.check('port', portProblem(port));
    problems.throwIfAny();
    return new DatabasePeer(port, resolvedFrom, destination);
  }

  private constructor(
    /** Port of this peer, where it has one of its own. */
    public readonly port: number | undefined,
    /** The host whose address this was at synth. */
    public readonly resolvedFrom: string | undefined,
    /** @internal */
    public readonly _destination: Destination,
  ) {}
}
