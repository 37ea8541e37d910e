import {
  NetworkPolicy,
  NetworkPolicyPort,
  NetworkPolicyTrafficDefault,
  NetworkProtocol,
  Pods,
} from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { COMPONENT_LABELS } from '../internal/labels';
import { Problems } from '../internal/problems';
import { labelProblems, objectNameProblem, portProblem } from '../internal/syntax';
import type { DatabaseEndpoint } from './database-endpoint';
import { DatabasePeer } from './database-peer';

/** One more destination that the pods may reach, for example a telemetry collector. */
export interface ExtraEgress {
  readonly peer: DatabasePeer;
  /** Port, from 1 to 65535. */
  readonly port: number;
  /** @default NetworkProtocol.TCP */
  readonly protocol?: NetworkProtocol;
}

export interface DbEgressPolicyProps {
  /** The database that the pods may reach. */
  readonly endpoint: DatabaseEndpoint;
  /** @default 'db-migration' */
  readonly name?: string;
  /**
   * Labels of the pods that the policy holds for.
   * @default - the pods of every MigrationJob and RollbackJob in the namespace
   */
  readonly podLabels?: { readonly [key: string]: string };
  /**
   * Who answers DNS, on port 53 over UDP and TCP. With NodeLocal DNSCache add its address,
   * `DatabasePeer.ipBlock('169.254.20.10/32')`.
   * @default - the pods labelled `k8s-app: kube-dns` in the namespace kube-system
   */
  readonly dnsPeers?: DatabasePeer[];
  /**
   * Destinations besides the database and DNS.
   * @default - none
   */
  readonly extraEgress?: ExtraEgress[];
}

/**
 * Lets the Jobs' pods reach the database and DNS, and nothing else, in either direction.
 *
 * A cluster without a network plugin that enforces policies ignores it.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class DbEgressPolicy extends Construct {
  /** The wrapped object. */
  public readonly networkPolicy: NetworkPolicy;

  constructor(scope: Construct, id: string, props: DbEgressPolicyProps) {
    super(scope, id);
    const name = props.name ?? 'db-migration';
    const podLabels = props.podLabels ?? COMPONENT_LABELS;
    const dnsPeers = props.dnsPeers ?? [
      DatabasePeer.pods({
        podLabels: { 'k8s-app': 'kube-dns' },
        namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
      }),
    ];
    const extraEgress = props.extraEgress ?? [];
    const problems = new Problems();
    problems.check('name', objectNameProblem(name));
    for (const text of labelProblems(podLabels)) problems.add('podLabels', text);
    if (Object.keys(podLabels).length === 0) {
      problems.add('podLabels', '{} selects every pod of the namespace; give labels that only the Jobs have');
    }
    for (const { port } of extraEgress) problems.check('extraEgress', portProblem(port));
    problems.throwIfAny();

    this.networkPolicy = new NetworkPolicy(this, 'Resource', {
      metadata: { name },
      selector: Pods.select(this, 'Selected', { labels: { ...podLabels } }),
      ingress: { default: NetworkPolicyTrafficDefault.DENY },
      egress: { default: NetworkPolicyTrafficDefault.DENY },
    });
    const allow = (peerId: string, peer: DatabasePeer, ...ports: NetworkPolicyPort[]) =>
      this.networkPolicy.addEgressRule(peer._bind(this, peerId), ports);
    const { endpoint } = props;
    for (const [index, peer] of endpoint.peers.entries()) {
      allow(`Database${index}`, peer, NetworkPolicyPort.tcp(endpoint.port));
    }
    for (const [index, peer] of dnsPeers.entries()) {
      allow(`Dns${index}`, peer, NetworkPolicyPort.udp(53), NetworkPolicyPort.tcp(53));
    }
    for (const [index, { peer, port, protocol = NetworkProtocol.TCP }] of extraEgress.entries()) {
      allow(`Extra${index}`, peer, NetworkPolicyPort.of({ port, protocol }));
    }
  }
}
