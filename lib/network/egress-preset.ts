import { DatabasePeer } from './database-peer';
import type { ExtraEgress } from './extra-egress';

export interface GkeMetadataOptions {
  /**
   * Whether the cluster runs GKE Dataplane V2 (`gcloud container clusters describe`, `datapathProvider:
   * ADVANCED_DATAPATH`).
   * @default false
   */
  readonly dataplaneV2?: boolean;
}

export interface VaultEgressOptions {
  /**
   * Namespace of Vault's server.
   * @default 'vault'
   */
  readonly namespace?: string;
  /**
   * Labels of its pods.
   * @default - those of HashiCorp's Helm chart
   */
  readonly podLabels?: { readonly [key: string]: string };
  /** @default 8200 */
  readonly port?: number;
}

/** What logging in with another system's help needs to reach, as `extraEgress`. */
export class EgressPreset {
  /**
   * The agent of EKS Pod Identity on the node, in both families. Nothing else is needed to get the credentials: no
   * way to the internet, and not the metadata service of the machine.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
   */
  public static eksPodIdentity(): ExtraEgress[] {
    return ['169.254.170.23', 'fd00:ec2::23'].map((address) => atNode(address, 80));
  }

  /**
   * GKE's metadata server, from which Workload Identity Federation gets its tokens.
   *
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy
   */
  public static gkeMetadata(options: GkeMetadataOptions = {}): ExtraEgress[] {
    const [address, ports] =
      options.dataplaneV2 === true
        ? (['169.254.169.254', [80, 8080]] as const)
        : (['169.254.169.252', [988, 987]] as const);
    return ports.map((port) => atNode(address, port));
  }

  /**
   * Vault's server in the cluster, for the Agent Injector and for what else reads secrets from the pod.
   *
   * @see https://developer.hashicorp.com/vault/docs/platform/k8s/helm
   */
  public static vault(options: VaultEgressOptions = {}): ExtraEgress[] {
    const { namespace = 'vault', port = 8200 } = options;
    const podLabels = options.podLabels ?? { 'app.kubernetes.io/name': 'vault', component: 'server' };
    const namespaceLabels = { 'kubernetes.io/metadata.name': namespace };
    return [{ peer: DatabasePeer.pods({ podLabels, namespaceLabels }), port }];
  }

  private constructor() {}
}

function atNode(address: string, port: number): ExtraEgress {
  return { peer: DatabasePeer.nodeAddress(address), port };
}
