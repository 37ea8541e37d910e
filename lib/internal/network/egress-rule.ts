import { NetworkProtocol } from 'cdk8s-plus-28';
import type { DatabaseEndpoint } from '../../network/database-endpoint';
import type { DatabasePeer } from '../../network/database-peer';
import type { DnsResolver } from '../../network/dns-resolver';
import type { ExtraEgress } from '../../network/extra-egress';
import { type Problems, shown } from '../problems';
import { portProblem } from '../syntax';

export interface EgressPort {
  readonly port: number;
  readonly protocol: NetworkProtocol;
}

/** One destination and its ports, as both kinds of policy write them. */
export interface EgressRule {
  /** Id of the construct, unique in the policy. */
  readonly id: string;
  /** The prop that the caller wrote it in. */
  readonly subject: string;
  readonly peer: DatabasePeer;
  readonly ports: readonly EgressPort[];
  readonly isDns: boolean;
}

export function databaseRules(endpoint: DatabaseEndpoint): EgressRule[] {
  return endpoint.peers.map((peer, index) => ({
    id: `Database${index}`,
    subject: 'endpoint',
    peer,
    ports: [{ port: endpoint._portOf(peer), protocol: NetworkProtocol.TCP }],
    isDns: false,
  }));
}

export function dnsRules(
  subject: string,
  { peers, ports }: Pick<DnsResolver, 'peers' | 'ports'>,
): EgressRule[] {
  return peers.map((peer, index) => ({
    id: `Dns${index}`,
    subject,
    peer,
    ports: (peer.port === undefined ? ports : [peer.port]).flatMap((port) => [
      { port, protocol: NetworkProtocol.UDP },
      { port, protocol: NetworkProtocol.TCP },
    ]),
    isDns: true,
  }));
}

export function extraRules(problems: Problems, extraEgress: readonly ExtraEgress[]): EgressRule[] {
  return extraEgress.map(({ peer, port, protocol = NetworkProtocol.TCP }, index) => {
    problems.check('extraEgress', portProblem(port));
    if (peer.port !== undefined && peer.port !== port) {
      problems.add(
        'extraEgress',
        `the port ${shown(port)} is not the port ${peer.port} of its peer; give one of them`,
      );
    }
    return {
      id: `Extra${index}`,
      subject: 'extraEgress',
      peer,
      ports: [{ port, protocol }],
      isDns: false,
    };
  });
}
