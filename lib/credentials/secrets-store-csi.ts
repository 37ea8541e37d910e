import type { PlainConnectionParts } from './plain-connection-parts';
import type { SecretProviderClass } from './secret-provider-class';

/** Which files the driver writes. Of a class that is made here, files with the names of the defaults are found. */
export interface SecretsStoreCsiOptions extends PlainConnectionParts {
  /** What the driver fetches, and from where. */
  readonly providerClass: SecretProviderClass;
  /**
   * Name of the CSI driver, for example `secrets-store-gke.csi.k8s.io` for the add-on of GKE.
   * @default 'secrets-store.csi.k8s.io'
   */
  readonly driver?: string;
  /**
   * File with the whole connection as one URL.
   * @default - none; 'DATABASE_URL' where the class made here writes a file of that name
   */
  readonly urlFile?: string;
  /**
   * File with the role.
   * @default 'PGUSER'
   */
  readonly userFile?: string;
  /**
   * File with the password.
   * @default 'PGPASSWORD'
   */
  readonly passwordFile?: string;
  /** @default - none; 'PGHOST' where the class made here writes a file of that name */
  readonly hostFile?: string;
  /** @default - none; 'PGPORT' where the class made here writes a file of that name */
  readonly portFile?: string;
  /** @default - none; 'PGDATABASE' where the class made here writes a file of that name */
  readonly databaseFile?: string;
}
