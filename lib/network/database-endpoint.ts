import { Problems, shown } from '../internal/problems';
import { hostProblem, portProblem } from '../internal/syntax';
import type { DatabasePeer } from './database-peer';

export interface DatabaseEndpointOptions {
  /**
   * Where connections may go to: every address that the host name can mean, or the pods behind it. At least
   * one. A peer's own port comes before the ports given here.
   */
  readonly peers: DatabasePeer[];
  /**
   * Host name or address that the Jobs connect to. It need not be one of the peers: with a proxy beside the Job it is
   * `127.0.0.1`, while the peers, with their own ports, are what the proxy connects to.
   * @default - the credentials name it
   */
  readonly host?: string;
  /**
   * Port that the Jobs connect to, and that the policy opens for addresses and names.
   * @default 5432
   */
  readonly port?: number;
  /**
   * Port on which the database's pods listen (`targetPort` of their Service). Policies see a connection when the
   * Service's address and port have been replaced by those of a pod.
   * @default - that of the Service, `port`
   */
  readonly podPort?: number;
}

/** The database as the network sees it: what the policy opens, and where the Jobs connect to. */
export class DatabaseEndpoint {
  /** @throws Error with every problem of the options. */
  public static of(options: DatabaseEndpointOptions): DatabaseEndpoint {
    const problems = new Problems();
    const { peers, host, port = 5432, podPort } = options;
    if (peers.length === 0) {
      problems.add('peers', '[] leaves the database unreachable; give at least one DatabasePeer');
    }
    if (host !== undefined) problems.check('host', hostProblem(host));
    problems.check('port', portProblem(port));
    if (podPort !== undefined) {
      problems.check('podPort', portProblem(podPort));
      const uses = ({ port: own, _destination }: DatabasePeer) =>
        _destination.kind === 'pods' && own === undefined;
      if (peers.length > 0 && !peers.some(uses)) {
        problems.add(
          'podPort',
          `${shown(podPort)} is for pods, and no peer selects pods without a port of its own; leave it out`,
        );
      }
    }
    problems.throwIfAny();
    return new DatabaseEndpoint([...peers], host, port, podPort ?? port);
  }

  private constructor(
    public readonly peers: DatabasePeer[],
    public readonly host: string | undefined,
    public readonly port: number,
    public readonly podPort: number,
  ) {}

  /**
   * The port that a policy must open at a peer.
   * @internal
   */
  public _portOf(peer: DatabasePeer): number {
    return peer.port ?? (peer._destination.kind === 'pods' ? this.podPort : this.port);
  }
}
