/** Where a rule of a policy leads to, before it is known which kind of policy says so. */
export type Destination = AddressRange | PodSelection | HostName;

export interface AddressRange {
  readonly kind: 'addresses';
  readonly cidr: string;
  readonly except: readonly string[];
  /** Whether the node itself answers there, which Cilium may not count as an address. */
  readonly isOfNode: boolean;
}

export interface PodSelection {
  readonly kind: 'pods';
  readonly podLabels: { readonly [key: string]: string };
  readonly namespaceLabels: { readonly [key: string]: string } | undefined;
}

export interface HostName {
  readonly kind: 'name';
  /** Each `*` of a pattern stands for characters of one label. */
  readonly name: string;
}
