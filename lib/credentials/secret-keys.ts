import type { PlainConnectionParts } from './plain-connection-parts';
import type { SslMode } from './ssl-mode';

/** Under which keys a Secret holds the parts of a connection, and which parts are no secret at all. */
export interface SecretKeysOptions extends PlainConnectionParts {
  /** @default 'PGHOST' */
  readonly hostKey?: string;
  /** @default 'PGPORT' */
  readonly portKey?: string;
  /** @default 'PGDATABASE' */
  readonly databaseKey?: string;
  /** @default 'PGUSER' */
  readonly userKey?: string;
  /** @default 'PGPASSWORD' */
  readonly passwordKey?: string;
  /**
   * Host name or address, written into the manifest.
   * @default - read from `hostKey`
   */
  readonly host?: string;
  /**
   * Port, written into the manifest.
   * @default - read from `portKey`
   */
  readonly port?: number;
  /**
   * Name of the database, written into the manifest.
   * @default - read from `databaseKey`
   */
  readonly database?: string;
  /**
   * Role that runs the migrations, written into the manifest.
   * @default - read from `userKey`
   */
  readonly user?: string;
  /**
   * How the connection is encrypted.
   * @default - what the runner does without PGSSLMODE: encrypted where the server offers it
   */
  readonly sslMode?: SslMode;
}
