import type { ContainerResources } from 'cdk8s-plus-28';
import type { PlainConnectionParts } from './plain-connection-parts';
import type { VaultSecret } from './vault-secret';
import type { VaultServer } from './vault-server';

export interface VaultAgentOptions extends PlainConnectionParts {
  /** Role of Vault's Kubernetes login; it is bound to the Jobs' account and namespace. */
  readonly role: string;
  /** What is fetched. */
  readonly secret: VaultSecret;
  /**
   * Where Vault is. The policy of DatabaseMigration and DatabaseRollback opens the way to it.
   * @default VaultServer.officialChart()
   */
  readonly server?: VaultServer;
  /**
   * Audience of the token that only the agent gets: that of Vault's role.
   * @default 'vault'
   */
  readonly audience?: string;
  /**
   * Path of Vault's Kubernetes login, with `auth/`.
   * @default - the injector's own setting, 'auth/kubernetes'
   */
  readonly authPath?: string;
  /**
   * Namespace of Vault (Enterprise).
   * @default - the injector's own setting
   */
  readonly vaultNamespace?: string;
  /**
   * Name of the Secret with the authority that signed Vault's certificate.
   * @default - the injector's own setting
   */
  readonly tlsSecret?: string;
  /**
   * Key of the certificate in it.
   * @default 'ca.crt'
   */
  readonly caKey?: string;
  /**
   * Requests and limits of the agent. A kind of resource that is left out keeps its default.
   * @default - cpu 50m to 500m, memory 64Mi to 128Mi, ephemeral storage 64Mi to 256Mi
   */
  readonly agentResources?: ContainerResources;
}
