/** What every file of a SecretProviderClass can be given. */
export interface ProvidedFileOptions {
  /**
   * Name of the file, best that of the variable: `PGUSER`, `PGPASSWORD`, `DATABASE_URL`.
   */
  readonly file: string;
  /**
   * Mode of the file as four octal digits. The driver's files belong to root, so that others must be able to read it.
   * @default - the provider's own, 0644
   */
  readonly mode?: string;
}

/** A field of a JSON secret as a file. */
export interface JsonFieldFile extends ProvidedFileOptions {
  /** Name of the field. */
  readonly field: string;
}

/** Whether a value lies in Secrets Manager or in the Parameter Store. */
export enum AwsObjectType {
  SECRETS_MANAGER = 'secretsmanager',
  PARAMETER_STORE = 'ssmparameter',
}

export interface AwsProvidedSecret {
  /** Name or ARN. */
  readonly name: string;
  /** @default AwsObjectType.SECRETS_MANAGER */
  readonly type?: AwsObjectType;
  /**
   * The fields of a JSON secret that become files, for example of one that RDS manages: `username` and `password`.
   * @default - `whole` is given
   */
  readonly fields?: JsonFieldFile[];
  /**
   * The file that the whole value becomes.
   * @default - `fields` is given
   */
  readonly whole?: ProvidedFileOptions;
}

export interface AwsProviderOptions {
  /** Name of the SecretProviderClass. */
  readonly name: string;
  readonly secrets: AwsProvidedSecret[];
  /**
   * Region of the secrets.
   * @default - the node's
   */
  readonly region?: string;
  /**
   * Region that is asked when the other does not answer.
   * @default - none
   */
  readonly failoverRegion?: string;
  /**
   * Whether the pod's role comes by EKS Pod Identity, and not by an annotation of its account.
   * @default false
   */
  readonly usePodIdentity?: boolean;
}

export interface AzureProvidedSecret extends ProvidedFileOptions {
  /** Name of the secret in the Key Vault. */
  readonly name: string;
  /** @default - the newest */
  readonly version?: string;
}

export interface AzureProviderOptions {
  /** Name of the SecretProviderClass. */
  readonly name: string;
  readonly secrets: AzureProvidedSecret[];
  readonly keyVaultName: string;
  /** The directory of the Key Vault, a UUID. */
  readonly tenantId: string;
  /** The application or managed identity that may read it, a UUID. */
  readonly clientId: string;
  /**
   * For example `AzureChinaCloud`.
   * @default - the public cloud
   */
  readonly cloudName?: string;
}

export interface GoogleProvidedSecret extends ProvidedFileOptions {
  /** For example `projects/orders/secrets/db-login/versions/latest`. */
  readonly resourceName: string;
  /**
   * Field of a JSON secret.
   * @default - the whole value
   */
  readonly field?: string;
}

export interface GoogleProviderOptions {
  /** Name of the SecretProviderClass. */
  readonly name: string;
  readonly secrets: GoogleProvidedSecret[];
  /**
   * Whether the add-on of GKE provides it. Its driver is named `secrets-store-gke.csi.k8s.io`.
   * @default false
   */
  readonly isGkeAddOn?: boolean;
}

export interface VaultProvidedSecret extends ProvidedFileOptions {
  /** For example `database/creds/app-migrate`, or `secret/data/app` of the key-value engine, version 2. */
  readonly path: string;
  /** Field of it. */
  readonly field: string;
}

export interface VaultProviderOptions {
  /** Name of the SecretProviderClass. */
  readonly name: string;
  readonly secrets: VaultProvidedSecret[];
  /** Role of Vault's Kubernetes login. */
  readonly role: string;
  /**
   * For example `https://vault.example.com:8200`.
   * @default - the provider's own setting
   */
  readonly address?: string;
  /** @default - the root namespace */
  readonly vaultNamespace?: string;
  /** @default 'kubernetes' */
  readonly authMountPath?: string;
  /**
   * Audience of the token that the provider shows.
   * @default - the provider's own setting
   */
  readonly audience?: string;
}

export interface OtherProviderOptions {
  /** Name of the SecretProviderClass. */
  readonly name: string;
  /** Name of the provider. */
  readonly provider: string;
  /** As the provider documents them. */
  readonly parameters: { readonly [name: string]: string };
  /** Names of the files that it writes. */
  readonly files: string[];
}
