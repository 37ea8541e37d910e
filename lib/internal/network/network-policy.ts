import {
  type INetworkPolicyPeer,
  Namespaces,
  NetworkPolicy,
  NetworkPolicyIpBlock,
  NetworkPolicyPort,
  NetworkPolicyTrafficDefault,
  Pods,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Problems, shown } from '../problems';
import type { Destination } from './destination';
import type { EgressRule } from './egress-rule';
import type { PolicyParts } from './policy-parts';

/** What a NetworkPolicy can't say of these parts. */
export function checkNetworkPolicy(problems: Problems, { rules, dnsNames }: PolicyParts): void {
  const remedy = "set policyKind to CiliumNetworkPolicy where Cilium enforces the cluster's policies";
  for (const { subject, peer } of rules) {
    const { _destination: to } = peer;
    if (to.kind !== 'name') continue;
    problems.add(
      subject,
      `${shown(to.name)} is the name of a host, and a NetworkPolicy knows only addresses and pods; ${remedy}, or give the ranges of its addresses`,
    );
  }
  if (dnsNames !== undefined) {
    problems.add('dnsNames', `a NetworkPolicy can't tell names apart; ${remedy}, or leave it out`);
  }
}

/** Makes the policy as the child `Resource` of the construct. */
export function createNetworkPolicy(scope: Construct, parts: PolicyParts): NetworkPolicy {
  const { name, annotations, podLabels, rules } = parts;
  const policy = new NetworkPolicy(scope, 'Resource', {
    metadata: { name, annotations },
    selector: Pods.select(scope, 'Selected', { labels: { ...podLabels } }),
    ingress: { default: NetworkPolicyTrafficDefault.DENY },
    egress: { default: NetworkPolicyTrafficDefault.DENY },
  });
  for (const rule of rules) {
    const ports = rule.ports.map(({ port, protocol }) => NetworkPolicyPort.of({ port, protocol }));
    policy.addEgressRule(peerOf(scope, rule, rule.peer._destination), ports);
  }
  return policy;
}

function peerOf(scope: Construct, { id }: EgressRule, to: Destination): INetworkPolicyPeer {
  if (to.kind === 'name') throw new Error('a name was not refused');
  if (to.kind === 'addresses') {
    const except = to.except.length > 0 ? [...to.except] : undefined;
    return to.cidr.includes(':')
      ? NetworkPolicyIpBlock.ipv6(scope, id, to.cidr, except)
      : NetworkPolicyIpBlock.ipv4(scope, id, to.cidr, except);
  }
  const namespaces = to.namespaceLabels
    ? Namespaces.select(scope, `${id}Namespaces`, { labels: to.namespaceLabels })
    : undefined;
  return Pods.select(scope, id, { labels: to.podLabels, namespaces });
}
