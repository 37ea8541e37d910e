/** In which kind of object a policy is written; one Job has one policy, never both kinds. */
export enum PolicyKind {
  /**
   * Enforced by every network plugin that enforces policies at all. It knows addresses and pods, no names.
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
   */
  NETWORK_POLICY = 'NetworkPolicy',
  /**
   * Enforced only by Cilium, with its DNS proxy. It knows the names of hosts outside the cluster too.
   * @see https://docs.cilium.io/en/stable/security/policy/language/
   */
  CILIUM_NETWORK_POLICY = 'CiliumNetworkPolicy',
}
