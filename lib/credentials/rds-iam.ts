export interface RdsIamOptions {
  /** Role of the database that was granted `rds_iam`. Its case counts. */
  readonly user: string;
  readonly database: string;
  /**
   * The endpoint of the instance, cluster or RDS Proxy, written into the manifest. A name of one's own that points to it
   * does not do: the token is made for the name.
   * @default - the DatabaseEndpoint names it
   */
  readonly host?: string;
  /**
   * Port, written into the manifest.
   * @default - the DatabaseEndpoint's; 5432 where there is none
   */
  readonly port?: number;
  /**
   * Region of the database.
   * @default - what AWS sets in the pod, else what the endpoint's name says
   */
  readonly region?: string;
}
