import type { SecretKeysOptions } from './secret-keys';

/** Where the controller of Sealed Secrets agrees to open the values; they were sealed for it (`kubeseal --scope`). */
export enum SealedSecretScope {
  /** In this namespace, as a Secret of this name. */
  STRICT = 'strict',
  /** In this namespace, under any name. */
  NAMESPACE_WIDE = 'namespace-wide',
  /** Anywhere in the cluster. */
  CLUSTER_WIDE = 'cluster-wide',
}

export interface SealedSecretOptions {
  /** Name of the SealedSecret and of the Secret that comes out of it. A value of scope strict opens only under it. */
  readonly name: string;
  /** For each key of the Secret the line that `kubeseal --raw` prints. */
  readonly encryptedData: { readonly [key: string]: string };
  /**
   * Key that holds the whole connection as one URL.
   * @default 'DATABASE_URL' unless `keys` is given
   */
  readonly urlKey?: string;
  /**
   * The keys, where each part of the connection has its own. Of host, port and database, those that have no key are left
   * out.
   * @default - one key holds a URL
   */
  readonly keys?: SecretKeysOptions;
  /** @default SealedSecretScope.STRICT */
  readonly scope?: SealedSecretScope;
  /**
   * Annotations of the SealedSecret, for example `{ 'argocd.argoproj.io/sync-wave': '-1' }`.
   * @default - those of the scope
   */
  readonly annotations?: { readonly [key: string]: string };
  /**
   * Annotations of the Secret that comes out.
   * @default - those of the scope
   */
  readonly secretAnnotations?: { readonly [key: string]: string };
  /**
   * Labels of the Secret that comes out.
   * @default - none
   */
  readonly secretLabels?: { readonly [key: string]: string };
}
