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

  private constructor() {}
}

function atNode(address: string, port: number): ExtraEgress {
  return { peer: DatabasePeer.nodeAddress(address), port };
}
