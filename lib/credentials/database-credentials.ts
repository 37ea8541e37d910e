import { Construct } from 'constructs';
import { atEndpoint } from '../internal/at-endpoint';
import type { Login } from '../internal/login';
import { cloudSqlProxyLogin } from '../internal/logins/cloud-sql';
import { externalSecretLogin } from '../internal/logins/external-secret';
import { sealedSecretLogin } from '../internal/logins/sealed-secret';
import { secretKeysLogin, urlSecretLogin } from '../internal/logins/secret';
import { secretsStoreCsiLogin } from '../internal/logins/secrets-store-csi';
import { azureEntraLogin, rdsIamLogin } from '../internal/logins/token';
import { vaultAgentLogin } from '../internal/logins/vault-agent';
import { objectsRead } from '../internal/pod-parts';
import type { DatabaseEndpoint } from '../network';
import type { AzureEntraOptions } from './azure-entra';
import type { CloudSqlProxyOptions } from './cloud-sql-proxy';
import type { ExternalSecretOptions } from './external-secret';
import type { RdsIamOptions } from './rds-iam';
import type { SealedSecretOptions } from './sealed-secret';
import type { SecretKeysOptions } from './secret-keys';
import type { SecretsStoreCsiOptions } from './secrets-store-csi';
import type { VaultAgentOptions } from './vault-agent';

/**
 * How the Jobs log in. Whatever the way, no construct here ever holds a password: the manifest says where the kubelet
 * or the runner finds it.
 */
export class DatabaseCredentials {
  /** From a Secret with the whole connection as one URL; the Job reads it as DATABASE_URL. */
  public static fromUrlSecret(secretName: string, key: string = 'DATABASE_URL'): DatabaseCredentials {
    return new DatabaseCredentials(urlSecretLogin(secretName, key));
  }

  /**
   * From a Secret with a key for each part; the Job reads them as PGHOST, PGPORT, PGDATABASE, PGUSER and
   * PGPASSWORD.
   */
  public static fromSecretKeys(secretName: string, options: SecretKeysOptions = {}): DatabaseCredentials {
    return new DatabaseCredentials(secretKeysLogin(secretName, options));
  }

  /**
   * With an IAM token of Amazon RDS or Aurora in place of a password: the runner makes one of 15 minutes for each
   * connection, from the identity that EKS gives the pod (see {@link WorkloadIdentity}). The role needs
   * `rds-db:connect`. `tls` must be given.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
   */
  public static fromRdsIam(options: RdsIamOptions): DatabaseCredentials {
    return new DatabaseCredentials(rdsIamLogin(options));
  }

  /**
   * With a token of Microsoft Entra ID in place of a password, for Azure Database for PostgreSQL: the runner gets one
   * for each connection, from the identity that the pod has (see {@link WorkloadIdentity}). `tls` must be given.
   *
   * @see https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-configure-sign-in-azure-ad-authentication
   */
  public static fromAzureEntra(options: AzureEntraOptions): DatabaseCredentials {
    return new DatabaseCredentials(azureEntraLogin(options));
  }

  /**
   * Through the Cloud SQL Auth Proxy as a sidecar, by default with its IAM login. The endpoint is the instance as the
   * proxy reaches it: its address, and port 3307. The pod must also reach the metadata server of GKE and
   * `sqladmin.googleapis.com`, TCP 443.
   *
   * @see https://cloud.google.com/sql/docs/postgres/connect-kubernetes-engine
   */
  public static fromCloudSqlProxy(options: CloudSqlProxyOptions): DatabaseCredentials {
    return new DatabaseCredentials(cloudSqlProxyLogin(options));
  }

  /**
   * From a Secret that the controller of Sealed Secrets makes; the SealedSecret is made here, from values that only the
   * controller can open. Unless they are sealed for the whole cluster, the chart needs a namespace.
   */
  public static fromSealedSecret(options: SealedSecretOptions): DatabaseCredentials {
    return new DatabaseCredentials(sealedSecretLogin(options));
  }

  /**
   * From a Secret that the External Secrets Operator makes of what a store holds (AWS, Azure, Google, Vault and others);
   * the ExternalSecret is made here.
   *
   * @see https://external-secrets.io
   */
  public static fromExternalSecret(options: ExternalSecretOptions): DatabaseCredentials {
    return new DatabaseCredentials(externalSecretLogin(options));
  }

  /**
   * From files that the Secrets Store CSI driver mounts, fetched with the identity of the pod's account. No Secret is
   * involved, and no token is in the pod.
   *
   * @see https://secrets-store-csi-driver.sigs.k8s.io
   */
  public static fromSecretsStoreCsi(options: SecretsStoreCsiOptions): DatabaseCredentials {
    return new DatabaseCredentials(secretsStoreCsiLogin(options));
  }

  /**
   * From files that an agent of Vault (or OpenBao) writes before the pre-flight check, put into the pod by Vault's
   * injector. The pod gets a token for Vault alone, which only the agent sees: the one exception to "no token".
   *
   * @see https://developer.hashicorp.com/vault/docs/platform/k8s/injector
   */
  public static fromVaultAgent(options: VaultAgentOptions): DatabaseCredentials {
    return new DatabaseCredentials(vaultAgentLogin(options));
  }

  private constructor(private readonly login: Login) {}

  /** Name of the Secret that the kubelet reads for the Jobs; absent where there is none. */
  public get secretName(): string | undefined {
    return objectsRead(this.login).secretNames[0];
  }

  /**
   * The same login at an endpoint that names its host.
   *
   * @throws Error where credentials and endpoint contradict each other.
   * @internal
   */
  public _at(endpoint: DatabaseEndpoint): DatabaseCredentials {
    return new DatabaseCredentials(atEndpoint(this.login, endpoint));
  }

  /** @internal */
  public _login(): Login {
    return this.login;
  }

  /**
   * Makes the objects that the login comes from; the credentials that it gives refer to them and make nothing.
   *
   * @internal
   */
  public _makeObjects(
    scope: Construct,
    id: string,
  ): { credentials: DatabaseCredentials; objects?: Construct } {
    const { makeObjects, ...login } = this.login;
    if (!makeObjects) return { credentials: this };
    const objects = new Construct(scope, id);
    makeObjects(objects);
    return { credentials: new DatabaseCredentials(login), objects };
  }
}
