import { connect, type Socket } from 'node:net';
import type { Connection } from '../config/connection';
import type { Settings } from '../config/settings';
import { type Attempt, newAttempt } from './attempt';
import { SENT_AHEAD } from './sent-ahead';

/** A connection that is on its way. */
export interface Dialled {
  readonly socket: Socket;
  /** Fails with what the system says. */
  readonly connected: Promise<void>;
}

/** Begins to connect, and tells the attempt how far it comes. */
export function dial({ host, port }: Connection, attempt: Attempt): Dialled {
  const socket = connect({
    ...{ host, port },
    // What is sent behind another message would wait for the server to acknowledge that one (Nagle's algorithm).
    noDelay: true,
    // Node takes it, its types do not know it.
    ...{ writableHighWaterMark: SENT_AHEAD },
  });
  attempt.stage = 'dns';
  attempt.addresses = [];
  const connected = new Promise<void>((resolve, reject) => {
    socket.on('lookup', (error, address) => {
      if (error) return;
      attempt.stage = 'tcp';
      attempt.addresses.push(address);
    });
    // What it says after all was settled is nobody's concern.
    socket.on('error', reject);
    socket.once('connect', () => resolve());
  });
  connected.catch(() => undefined);
  return { socket, connected };
}

/**
 * Begins to connect while the rest of the program is not even loaded: the server makes a process for who connects, which
 * takes as long. Nothing is said, so that nothing has happened there when it comes to nothing. Who needs more than a
 * password asks others first, which can take longer than a server waits.
 */
export function dialAhead({ problems, connection }: Settings): Attempt | undefined {
  if (problems.length > 0 || connection?.login.kind !== 'password') return undefined;
  const attempt = newAttempt();
  attempt.dialled = dial(connection, attempt);
  return attempt;
}
