import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { type Problems, shown } from '../problems';
import type { Destination, PodSelection } from './destination';
import { dnsMatches, nameMatch } from './dns-matches';
import type { EgressRule } from './egress-rule';
import type { PolicyParts } from './policy-parts';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** What a CiliumNetworkPolicy can't say of these parts. */
export function checkCiliumNetworkPolicy(problems: Problems, { rules }: PolicyParts): void {
  for (const { subject, peer } of rules) {
    const { _destination: to } = peer;
    const others = Object.keys(to.kind === 'pods' ? (to.namespaceLabels ?? {}) : {}).filter(
      (key) => key !== NAMESPACE_NAME,
    );
    if (others.length === 0) continue;
    problems.add(
      subject,
      `a CiliumNetworkPolicy selects a namespace by its name, never by ${others.map(shown).join(', ')}; give only ${shown(NAMESPACE_NAME)}`,
    );
  }
  if (rules.some(({ peer }) => peer._destination.kind === 'name') && !rules.some(({ isDns }) => isDns)) {
    problems.add(
      'dnsPeers',
      '[] leaves Cilium without the DNS answers from which it learns the addresses of names; leave it out',
    );
  }
}

/** Makes the policy as the child `Resource` of the construct. */
export function createCiliumNetworkPolicy(scope: Construct, parts: PolicyParts): ApiObject {
  const dns = dnsMatches(parts);
  const items = parts.rules.flatMap((rule) => itemsOf(rule, dns));
  // Several addresses of the node are all the same entity.
  const distinct = new Map(items.map((item) => [JSON.stringify(item), item]));
  return new ApiObject(scope, 'Resource', {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: parts.name, annotations: parts.annotations },
    spec: {
      endpointSelector: { matchLabels: kubernetesLabels(parts.podLabels) },
      // One rule that matches nobody: an empty list would leave the direction open.
      ingress: [{}],
      egress: [...distinct.values()],
    },
  });
}

/** One item holds one kind of destination; Cilium refuses two. */
function itemsOf({ peer, ports, isDns }: EgressRule, dns: readonly unknown[] | undefined): unknown[] {
  const toPorts = {
    ports: ports.map(({ port, protocol }) => ({ port: String(port), protocol })),
    ...(isDns && dns ? { rules: { dns } } : {}),
  };
  return destinationsOf(peer._destination).map((to) => ({ ...to, toPorts: [toPorts] }));
}

function destinationsOf(to: Destination): { readonly [field: string]: unknown }[] {
  if (to.kind === 'name') return [{ toFQDNs: [nameMatch(to.name)] }];
  if (to.kind === 'pods') return [{ toEndpoints: [{ matchLabels: podLabels(to) }] }];
  const except = to.except.length > 0 ? { except: to.except } : {};
  const range = { toCIDRSet: [{ cidr: to.cidr, ...except }] };
  // Whether an address that the node answers is the node, or an address, differs with Cilium's version and settings.
  return to.isOfNode ? [{ toEntities: ['host'] }, range] : [range];
}

function podLabels(to: PodSelection): { readonly [key: string]: string } {
  const namespace = to.namespaceLabels?.[NAMESPACE_NAME];
  return {
    ...(namespace === undefined ? {} : { 'k8s:io.kubernetes.pod.namespace': namespace }),
    ...kubernetesLabels(to.podLabels),
  };
}

/** Cilium has labels of other sources too; these are Kubernetes' own. */
function kubernetesLabels(labels: { readonly [key: string]: string }): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s:${key}`, value]));
}
