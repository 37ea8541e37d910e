import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type postgres from 'postgres';
import type { Connection } from '../config/connection';

export interface SessionOptions {
  readonly connection: Connection;
  /** Milliseconds one attempt to connect may take. */
  readonly connectTimeout: number;
  /** Aborting it cancels the running statement on the server. */
  readonly signal: AbortSignal;
  readonly onNotice?: (message: string, severity: string) => void;
}

type Options = postgres.Options<Record<string, never>>;

/** The driver's options, all of them explicit: left alone, it looks into the environment by itself. */
export function driverOptions({ connection, connectTimeout, onNotice }: SessionOptions): Options {
  return {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    username: connection.user,
    password: connection.password ?? '',
    ssl: tlsOptions(connection),
    max: 1,
    connect_timeout: connectTimeout / 1000,
    // A session that ends by itself would take the lock with it.
    idle_timeout: undefined,
    max_lifetime: null,
    // Seconds of silence before the first probe; Node then sends ten, one a second. A server whose node died sends no FIN.
    keep_alive: 10,
    // Named statements do not survive a pooler in transaction mode.
    prepare: false,
    fetch_types: false,
    connection: { application_name: 'drizzle-gate' },
    onnotice: (notice) => onNotice?.(notice.message ?? '', notice.severity ?? 'NOTICE'),
  };
}

function tlsOptions({ host, sslmode, rootCertificates }: Connection): Options['ssl'] {
  if (sslmode === 'disable') return false;
  if (sslmode === 'prefer') return 'prefer';
  return {
    rejectUnauthorized: sslmode !== 'require',
    ...(rootCertificates === undefined ? {} : { ca: rootCertificates }),
    // verify-ca trusts the issuer, whatever name the certificate carries.
    // For a host given as an address the driver names none, and Node would look for "localhost" in the certificate.
    checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
      sslmode === 'verify-ca' ? undefined : checkServerIdentity(host, certificate),
  };
}
