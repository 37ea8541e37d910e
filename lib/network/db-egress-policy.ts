import { ApiObject } from 'cdk8s';
import type { NetworkPolicy } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { COMPONENT_LABELS } from '../internal/labels';
import {
  checkCiliumNetworkPolicy,
  createCiliumNetworkPolicy,
} from '../internal/network/cilium-network-policy';
import { checkDnsNames } from '../internal/network/dns-matches';
import { databaseRules, dnsRules, type EgressRule, extraRules } from '../internal/network/egress-rule';
import { checkNetworkPolicy, createNetworkPolicy } from '../internal/network/network-policy';
import type { PolicyParts } from '../internal/network/policy-parts';
import { resolvedHostsAnnotation } from '../internal/network/resolved-hosts';
import { Problems } from '../internal/problems';
import { choiceProblem, labelProblems, objectNameProblem } from '../internal/syntax';
import type { DatabaseEndpoint } from './database-endpoint';
import { DnsResolver } from './dns-resolver';
import type { EgressOptions } from './egress-options';
import { PolicyKind } from './policy-kind';

export interface DbEgressPolicyProps extends EgressOptions {
  /** The database that the pods may reach. */
  readonly endpoint: DatabaseEndpoint;
  /** @default 'db-migration' */
  readonly name?: string;
  /**
   * Labels of the pods that the policy holds for.
   * @default - the pods of every MigrationJob and RollbackJob in the namespace
   */
  readonly podLabels?: { readonly [key: string]: string };
}

/**
 * Lets the Jobs' pods reach the database and DNS, and nothing else, in either direction.
 *
 * A cluster without a network plugin that enforces policies of its kind ignores it. Other policies that select the
 * same pods add to what it allows.
 */
export class DbEgressPolicy extends Construct {
  /** Name of the policy. */
  public readonly name: string;
  /** The wrapped object, of whichever kind. */
  public readonly apiObject: ApiObject;
  /** @internal */
  public readonly _looksUpFullNamesOnly: boolean;
  private readonly plain?: NetworkPolicy;

  /** @throws Error with every problem of the props. */
  constructor(scope: Construct, id: string, props: DbEgressPolicyProps) {
    super(scope, id);
    const problems = new Problems();
    problems.check('policyKind', choiceProblem(props.policyKind, PolicyKind));
    const parts = partsOf(problems, props);
    const isCilium = props.policyKind === PolicyKind.CILIUM_NETWORK_POLICY;
    if (isCilium) {
      checkCiliumNetworkPolicy(problems, parts);
      checkDnsNames(problems, parts);
    } else {
      checkNetworkPolicy(problems, parts);
    }
    problems.throwIfAny();
    this.name = parts.name;
    this._looksUpFullNamesOnly = parts.dnsNames !== undefined;
    if (isCilium) {
      this.apiObject = createCiliumNetworkPolicy(this, parts);
    } else {
      this.plain = createNetworkPolicy(this, parts);
      this.apiObject = ApiObject.of(this.plain);
    }
  }

  /**
   * The wrapped NetworkPolicy.
   *
   * @throws Error when the policy is of another kind; `apiObject` is there for all.
   */
  public get networkPolicy(): NetworkPolicy {
    if (this.plain) return this.plain;
    throw new Error(
      `${this.node.path} is a ${this.apiObject.kind}; read apiObject in place of networkPolicy`,
    );
  }
}

function partsOf(problems: Problems, props: DbEgressPolicyProps): PolicyParts {
  const { name = 'db-migration', podLabels = COMPONENT_LABELS, endpoint, dnsNames } = props;
  problems.check('name', objectNameProblem(name));
  for (const text of labelProblems(podLabels)) problems.add('podLabels', text);
  if (Object.keys(podLabels).length === 0) {
    problems.add('podLabels', '{} selects every pod of the namespace; give labels that only the Jobs have');
  }
  const rules = [
    ...databaseRules(endpoint),
    ...resolverRules(problems, props),
    ...extraRules(problems, props.extraEgress ?? []),
  ];
  return {
    name,
    annotations: resolvedHostsAnnotation(rules),
    podLabels,
    rules,
    host: endpoint.host,
    dnsNames,
  };
}

function resolverRules(problems: Problems, { dns, dnsPeers }: EgressOptions): EgressRule[] {
  if (dns && dnsPeers) {
    problems.add('dnsPeers', 'they stand beside dns, which says who answers DNS; leave one of them out');
  }
  if (dns || !dnsPeers) return dnsRules('dns', dns ?? DnsResolver.kubeDns());
  return dnsRules('dnsPeers', { peers: dnsPeers, ports: [53] });
}
