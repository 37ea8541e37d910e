import type { Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type postgres from 'postgres';
import type { Connection } from '../config/connection';
import type { Peer, ProbeTiming } from './liveness';
import { openSocket } from './open-socket';

export interface SessionOptions {
  readonly connection: Connection;
  /** Milliseconds one attempt to connect may take. */
  readonly connectTimeout: number;
  /** Aborting it cancels the running statement on the server. */
  readonly signal: AbortSignal;
  readonly onNotice?: (message: string, severity: string) => void;
  /** How often a server that does not answer is asked whether it is there. */
  readonly probeTiming?: ProbeTiming;
}

/** `socket` is missing in the driver's types. */
type Options = postgres.Options<Record<string, never>> & { readonly socket?: () => Promise<Socket> };

/**
 * The driver's options, all of them explicit: left alone, it looks into the environment by itself.
 *
 * @param onPeer told the address of each connection that was opened.
 */
export function driverOptions(
  { connection, connectTimeout, onNotice }: SessionOptions,
  onPeer: (peer: Peer) => void,
): Options {
  return {
    host: connection.host,
    port: connection.port,
    socket: () => openSocket(connection, connectTimeout, onPeer),
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
