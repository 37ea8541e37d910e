import type { DatabasePeer } from './database-peer';
import type { DnsResolver } from './dns-resolver';
import type { ExtraEgress } from './extra-egress';
import type { PolicyKind } from './policy-kind';

/** How a policy is written, and whom it lets the pods reach besides the database. */
export interface EgressOptions {
  /**
   * In which kind of object the policy is written.
   * @default PolicyKind.NETWORK_POLICY
   */
  readonly policyKind?: PolicyKind;
  /**
   * Who answers DNS.
   * @default DnsResolver.kubeDns()
   */
  readonly dns?: DnsResolver;
  /**
   * Who answers DNS, on port 53 over UDP and TCP: `dns` in short, where the ports are the usual ones. Give only one
   * of them.
   * @default - as `dns` says
   */
  readonly dnsPeers?: DatabasePeer[];
  /**
   * The only names that the pods may look up, besides the peers' names and the endpoint's host; `*` stands for
   * characters of one part of a name. The Jobs then look up only full names (`ndots` is 1): a Service is
   * `db.databases.svc.cluster.local`. Only a CiliumNetworkPolicy can say it.
   * @default - every name
   */
  readonly dnsNames?: string[];
  /**
   * Destinations besides the database and DNS.
   * @default - none
   */
  readonly extraEgress?: ExtraEgress[];
}
