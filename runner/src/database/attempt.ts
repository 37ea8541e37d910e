import type { Socket } from 'node:net';
import type { Dialled } from './dial';
import type { Peer } from './liveness';

/** How far an attempt to connect has come; what takes too long is told by it. */
export interface Attempt {
  stage: 'dns' | 'tcp' | 'question' | 'tls' | 'login';
  /** Those that the host name led to. */
  addresses: string[];
  /** How often a connection was opened: more than once means that the server closed it before the login. */
  openings: number;
  /** Whether the login is done: what is opened now carries a request to cancel. */
  isLoggedIn: boolean;
  /** Whether nobody waits for it any more. */
  isAbandoned: boolean;
  /** What was begun before anybody asked for it. */
  dialled?: Dialled | undefined;
  /** The last connection, once it is open. */
  socket?: Socket;
  /** Where it leads. */
  peer?: Peer;
  /** The version of TLS that it speaks; undefined where it is plaintext. */
  tls?: string | undefined;
}

export function newAttempt(): Attempt {
  return { stage: 'dns', addresses: [], openings: 0, isLoggedIn: false, isAbandoned: false };
}
