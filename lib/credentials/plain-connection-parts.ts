/** Parts of the connection that are no secret: they stand in the manifest. */
export interface PlainConnectionParts {
  /**
   * Host name or address.
   * @default - where the login has it, or the endpoint's host
   */
  readonly host?: string;
  /**
   * Port.
   * @default - where the login has it, or the endpoint's port where that names the host, else 5432
   */
  readonly port?: number;
  /**
   * Name of the database.
   * @default - where the login has it
   */
  readonly database?: string;
  /**
   * Role that runs the migrations.
   * @default - where the login has it
   */
  readonly user?: string;
}
