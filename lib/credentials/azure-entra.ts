export interface AzureEntraOptions {
  /** Name of the principal in the database, as `pgaadauth_create_principal` made it. Its case counts. */
  readonly user: string;
  readonly database: string;
  /**
   * Host name of the server, written into the manifest.
   * @default - the DatabaseEndpoint names it
   */
  readonly host?: string;
  /**
   * Port, written into the manifest.
   * @default - the DatabaseEndpoint's; 5432 where there is none
   */
  readonly port?: number;
  /**
   * What the token is for; sovereign clouds have their own.
   * @default 'https://ossrdbms-aad.database.windows.net/.default'
   */
  readonly scope?: string;
}
