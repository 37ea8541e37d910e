import type { ContainerResources } from 'cdk8s-plus-28';

/** Which address of the instance the proxy connects to. */
export enum CloudSqlAddress {
  PUBLIC = 'public',
  PRIVATE = 'private',
  /** By Private Service Connect. */
  PSC = 'psc',
}

/** Where the password of a built-in user is. */
export interface PasswordKey {
  readonly secretName: string;
  /** @default 'PGPASSWORD' */
  readonly key?: string;
}

export interface CloudSqlProxyOptions {
  /** Connection name of the instance, `project:region:instance`. */
  readonly instance: string;
  readonly database: string;
  /**
   * Role of the database. Without `password` that is an IAM user: the e-mail of the Google service account without
   * `.gserviceaccount.com`.
   */
  readonly user: string;
  /**
   * Password of a built-in user.
   * @default - the proxy logs in with a short-lived IAM token, which it makes anew for each connection
   */
  readonly password?: PasswordKey;
  /** @default CloudSqlAddress.PRIVATE */
  readonly address?: CloudSqlAddress;
  /**
   * Image of the Cloud SQL Auth Proxy, version 2, by digest or by a tag that names a version.
   * @default 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.3'
   */
  readonly image?: string;
  /**
   * Port of the pod's loopback address on which the proxy listens.
   * @default 5432
   */
  readonly port?: number;
  /**
   * Requests and limits of the proxy. A kind of resource that is left out keeps its default.
   * @default - as for the runner
   */
  readonly resources?: ContainerResources;
}
