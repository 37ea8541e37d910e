import { Problems, shown } from '../internal/problems';
import { portProblem } from '../internal/syntax';
import type { DatabasePeer } from './database-peer';

export interface DatabaseEndpointOptions {
  /**
   * Where connections may go to: every address that the host name can mean, or the pods behind it. At least
   * one.
   */
  readonly peers: DatabasePeer[];
  /**
   * Host name or address that the Jobs connect to.
   * @default - the credentials name it
   */
  readonly host?: string;
  /** @default 5432 */
  readonly port?: number;
}

/** The database as the network sees it: what the policy opens, and where the Jobs connect to. */
export class DatabaseEndpoint {
  /** @throws Error with every problem of the options. */
  public static of(options: DatabaseEndpointOptions): DatabaseEndpoint {
    const problems = new Problems();
    const port = options.port ?? 5432;
    if (options.peers.length === 0) {
      problems.add('peers', '[] leaves the database unreachable; give at least one DatabasePeer');
    }
    if (options.host !== undefined && !/^[^\s/@:]+$|^[0-9a-fA-F:.]+$/.test(options.host)) {
      problems.add(
        'host',
        `${shown(options.host)} is not a host; write its name or address, without port or scheme`,
      );
    }
    problems.check('port', portProblem(port));
    problems.throwIfAny();
    return new DatabaseEndpoint([...options.peers], options.host, port);
  }

  private constructor(
    public readonly peers: DatabasePeer[],
    public readonly host: string | undefined,
    public readonly port: number,
  ) {}
}
