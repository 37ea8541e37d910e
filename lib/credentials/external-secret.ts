import type { Duration } from 'cdk8s';
import type { ExternalSecretStore } from './external-secret-store';
import type { PlainConnectionParts } from './plain-connection-parts';
import type { SslMode } from './ssl-mode';

/** A value in the store. */
export interface RemoteValue {
  /** Name or path of the secret in the store. */
  readonly key: string;
  /**
   * Field of it, where it holds several (JSON).
   * @default - all of it
   */
  readonly property?: string;
  /** @default - the newest */
  readonly version?: string;
}

/** When the operator reads the store. */
export enum ExternalSecretRefresh {
  /** Again and again, after each `refreshInterval`. */
  PERIODIC = 'Periodic',
  /** When the ExternalSecret changes. */
  ON_CHANGE = 'OnChange',
  /** Once, when the Secret is made. */
  CREATED_ONCE = 'CreatedOnce',
}

/** To whom the Secret belongs. */
export enum ExternalSecretCreation {
  /** To the ExternalSecret, and goes with it. */
  OWNER = 'Owner',
  /** To nobody: it stays when the ExternalSecret goes. */
  ORPHAN = 'Orphan',
  /** It exists already and only gets the keys. */
  MERGE = 'Merge',
}

/** What becomes of the Secret when the values vanish from the store. */
export enum ExternalSecretDeletion {
  /** It stays as it is. */
  RETAIN = 'Retain',
  /** It goes. */
  DELETE = 'Delete',
  /** It stays without the keys. */
  MERGE = 'Merge',
}

export interface ExternalSecretOptions extends PlainConnectionParts {
  /** Name of the ExternalSecret. */
  readonly name: string;
  /** Where the operator reads. */
  readonly store: ExternalSecretStore;
  /**
   * Name of the Secret that comes out.
   * @default - `name`
   */
  readonly secretName?: string;
  /**
   * The password; needed unless the store has a whole URL.
   * @default - `urlFrom` is given
   */
  readonly passwordFrom?: RemoteValue;
  /** @default - `user` is given */
  readonly userFrom?: RemoteValue;
  /** @default - `host` is given, or the endpoint names it */
  readonly hostFrom?: RemoteValue;
  /** @default - `port` is given, or the endpoint names it, else 5432 */
  readonly portFrom?: RemoteValue;
  /** @default - `database` is given */
  readonly databaseFrom?: RemoteValue;
  /**
   * The whole connection as one URL, where the store has that.
   * @default - the parts are given
   */
  readonly urlFrom?: RemoteValue;
  /**
   * Puts the parts together to one URL under this key, for applications that share the Secret; the Job then reads that.
   * User, password and database are percent-encoded on the way.
   * @default - the Secret has a key for each part
   */
  readonly urlKey?: string;
  /**
   * The `sslmode` of that URL.
   * @default - none, so that `tls` decides alone
   */
  readonly urlSslMode?: SslMode;
  /** @default ExternalSecretRefresh.PERIODIC */
  readonly refreshPolicy?: ExternalSecretRefresh;
  /**
   * Time between two readings. A password that was changed in the store a moment ago reaches the Job only after it.
   * @default - the operator's own, 1 hour
   */
  readonly refreshInterval?: Duration;
  /** @default ExternalSecretCreation.OWNER */
  readonly creationPolicy?: ExternalSecretCreation;
  /** @default ExternalSecretDeletion.RETAIN */
  readonly deletionPolicy?: ExternalSecretDeletion;
  /**
   * Annotations of the ExternalSecret, for example `{ 'argocd.argoproj.io/sync-wave': '-1' }`.
   * @default - none
   */
  readonly annotations?: { readonly [key: string]: string };
}
