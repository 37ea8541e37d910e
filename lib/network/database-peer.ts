import { type INetworkPolicyPeer, Namespaces, NetworkPolicyIpBlock, Pods } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Cidr, isStrictlyInside, parseCidr } from '../internal/cidr';
import { Problems, shown } from '../internal/problems';
import { labelProblems } from '../internal/syntax';

export interface IpBlockOptions {
  /**
   * Parts of the range that stay closed.
   * @default - none
   */
  readonly except?: string[];
}

/** Which pods are meant; of all labels given, a pod must have every one. */
export interface PodPeerOptions {
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

/** Someone whom the Jobs may talk to: a range of addresses, or pods by their labels. */
export class DatabasePeer {
  /**
   * A range of IPv4 or IPv6 addresses, for a database outside the cluster.
   *
   * @throws Error with every problem of the range and its exceptions.
   */
  public static ipBlock(cidr: string, options: IpBlockOptions = {}): DatabasePeer {
    const problems = new Problems();
    const parse = (subject: string, text: string): Cidr | undefined => {
      try {
        return parseCidr(text);
      } catch (error) {
        problems.add(subject, (error as Error).message);
        return undefined;
      }
    };
    const range = parse('cidr', cidr);
    const exceptions = (options.except ?? []).map((text) => parse('except', text));
    for (const exception of exceptions) {
      if (range && exception && !isStrictlyInside(exception, range)) {
        problems.add(
          'except',
          `${shown(exception.text)} is not a part of ${shown(range.text)}; give ranges inside it`,
        );
      }
    }
    problems.throwIfAny();
    const texts = exceptions.map((exception) => exception?.text ?? '');
    return new DatabasePeer(range?.text, texts, undefined, undefined);
  }

  /**
   * Pods of the cluster, for a database or a pooler that runs in it.
   *
   * @throws Error when a label is not valid, or when no label at all is given: that would open the whole
   * cluster.
   */
  public static pods(options: PodPeerOptions): DatabasePeer {
    const problems = new Problems();
    for (const text of labelProblems(options.podLabels ?? {})) problems.add('podLabels', text);
    for (const text of labelProblems(options.namespaceLabels ?? {})) problems.add('namespaceLabels', text);
    if (Object.keys({ ...options.podLabels, ...options.namespaceLabels }).length === 0) {
      problems.add(
        'podLabels',
        '{} selects every pod; give at least one label of the pods or their namespaces',
      );
    }
    problems.throwIfAny();
    return new DatabasePeer(undefined, [], options.podLabels ?? {}, options.namespaceLabels);
  }

  private constructor(
    private readonly cidr: string | undefined,
    private readonly except: string[],
    private readonly podLabels: { readonly [key: string]: string } | undefined,
    private readonly namespaceLabels: { readonly [key: string]: string } | undefined,
  ) {}

  /** @internal */
  public _bind(scope: Construct, id: string): INetworkPolicyPeer {
    if (this.cidr !== undefined) {
      const except = this.except.length > 0 ? this.except : undefined;
      return this.cidr.includes(':')
        ? NetworkPolicyIpBlock.ipv6(scope, id, this.cidr, except)
        : NetworkPolicyIpBlock.ipv4(scope, id, this.cidr, except);
    }
    const namespaces = this.namespaceLabels
      ? Namespaces.select(scope, `${id}Namespaces`, { labels: this.namespaceLabels })
      : undefined;
    return Pods.select(scope, id, { labels: this.podLabels, namespaces });
  }
}
