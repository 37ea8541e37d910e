import type { Socket } from 'node:net';
import type postgres from 'postgres';
import type { Connection } from '../config/connection';
import type { Attempt } from './attempt';
import type { ProbeTiming } from './liveness';
import { openSocket } from './open-socket';
import { quietSocket } from './quiet-socket';
import type { ServerNotice } from './server-notice';

export interface SessionOptions {
  readonly connection: Connection;
  /** Milliseconds one attempt to connect may take. */
  readonly connectTimeout: number;
  /** Aborting it cancels the running statement on the server. */
  readonly signal: AbortSignal;
  readonly onNotice?: ((notice: ServerNotice) => void) | undefined;
  /** One statement that is asked in the same message as who answers; {@link Session.query} gives its rows to who asks first. */
  readonly opening?: string | undefined;
  /** Whose connection was begun already. */
  readonly ahead?: Attempt | undefined;
  /** What is made ready while it is opened: where that fails, the attempt ends. */
  readonly meanwhile?: (() => Promise<unknown>) | undefined;
  /** How often a server that does not answer is asked whether it is there. */
  readonly probeTiming?: ProbeTiming;
}

/** Beyond it the driver waits for each answer; whoever sends ahead stays below. */
const MOST_IN_FLIGHT = 1000;

/** These are missing in the driver's types. */
interface Untyped {
  readonly socket: () => Promise<Socket>;
  readonly max_pipeline: number;
  readonly sslnegotiation: null;
}
type Options = postgres.Options<Record<string, never>> & Untyped;

/**
 * The driver's options, all of them explicit: left alone, it looks into the environment by itself.
 *
 * @param password or the token in its place.
 * @param attempt told how far each connection has come that the driver asks for.
 */
export function driverOptions(
  { connection, connectTimeout, onNotice }: SessionOptions,
  password: string,
  attempt: Attempt,
): Options {
  return {
    host: connection.host,
    port: connection.port,
    socket: () => {
      const opening = openSocket(connection, attempt, connectTimeout);
      // What is opened later carries a request to cancel, which is encrypted like everything else.
      return attempt.isLoggedIn ? quietSocket(opening) : opening;
    },
    database: connection.database,
    username: connection.user,
    password,
    // The socket comes encrypted.
    ssl: false,
    sslnegotiation: null,
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
    max_pipeline: MOST_IN_FLIGHT,
    backoff: false,
    debug: false,
    publications: 'alltables',
    connection: { application_name: 'drizzle-gate' },
    onnotice: (notice) => onNotice?.({ severity: 'NOTICE', code: '00000', message: '', ...notice }),
  };
}
