import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../config/connection';
import { GateError } from '../errors/gate-error';
import type { Attempt } from './attempt';
import { dial } from './dial';
import { networkError, timeoutError } from './network-error';
import { watchLogin } from './watch-login';

/** Milliseconds before a connection is opened anew that was closed before the login; the driver would do it at once. */
const PAUSE_MS = 100;

/**
 * Opens the driver's connection in its stead, up to where the login begins: to learn which of a name's addresses it leads
 * to, and to know at which stage it failed and what the server's certificate says.
 *
 * @param limit milliseconds it may take.
 * @throws GateError: 69 when the server can't be reached, 78 when both can't agree on TLS.
 */
export async function openSocket(connection: Connection, attempt: Attempt, limit: number): Promise<Socket> {
  const { host, port } = connection;
  attempt.openings += 1;
  if (attempt.openings > 1 && !attempt.isLoggedIn) await sleep(PAUSE_MS);
  const { socket, connected } = attempt.dialled ?? dial(connection, attempt);
  attempt.dialled = undefined;
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeoutError(connection, attempt, limit)), limit);
  });
  const open = async () => {
    attempt.tls = undefined;
    const tls = connection.tls.mode === 'disable' ? undefined : import('./connecting');
    await connected;
    attempt.peer = { host: socket.remoteAddress ?? host, port };
    return (await tls)?.openTls(socket, connection, attempt) ?? socket;
  };
  try {
    const ready = await Promise.race([open(), expiry]);
    // The driver would log in all the same.
    if (attempt.isAbandoned && !attempt.isLoggedIn) {
      throw new GateError('UNAVAILABLE', `server: nobody waits for ${host}:${port} now`);
    }
    attempt.stage = 'login';
    if (!attempt.isLoggedIn) attempt.socket = ready;
    if (!attempt.isLoggedIn) watchLogin(ready, connection);
    // The driver reads both again, for its messages.
    return Object.assign(ready, { host, port });
  } catch (error) {
    socket.destroy();
    throw error instanceof GateError ? error : networkError(error, connection, attempt);
  } finally {
    clearTimeout(timer);
  }
}
