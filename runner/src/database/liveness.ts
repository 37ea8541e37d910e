import { connect } from 'node:net';
import { codeOf } from '../errors/to-gate-error';

/** Where a session's connection leads: an address, so that asking needs no name service. */
export interface Peer {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds. */
export interface ProbeTiming {
  /** Without an answer before the server is asked, from then on at this interval. */
  readonly interval: number;
  /** What opening a TCP connection may take. */
  readonly limit: number;
}

const TIMING: ProbeTiming = { interval: 8_000, limit: 4_000 };
/** So many probes in a row must fail. */
const FAILURES = 2;

/** What the network says of a server that is gone. Any other failure, as of a full table of files, is our own. */
const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ETIMEDOUT']);

/**
 * Waits for an answer that may take hours, but not for a server that is gone. When a node dies, no FIN arrives; TCP
 * keepalive finds that out only for a connection without unacknowledged data, and would otherwise take a quarter of
 * an hour. So while an answer is outstanding, the server's port is tried; after two failures `cut` gives the
 * connection up. The port is the postmaster's or the pooler's, which answers however busy the database is.
 */
export async function withLivenessProbe<T>(
  peer: Peer | undefined,
  cut: () => void,
  answer: PromiseLike<T>,
  { interval, limit }: ProbeTiming = TIMING,
): Promise<T> {
  if (!peer) return await answer;
  let failures = 0;
  let settled = false;
  const timer = setInterval(async () => {
    const found = await probe(peer, limit);
    if (found !== 'unknown') failures = found === 'there' ? 0 : failures + 1;
    if (failures >= FAILURES && !settled) cut();
  }, interval);
  try {
    return await answer;
  } finally {
    settled = true;
    clearInterval(timer);
  }
}

async function probe({ host, port }: Peer, timeout: number): Promise<'there' | 'gone' | 'unknown'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const settle = (found: 'there' | 'gone' | 'unknown') => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => settle('there'));
    socket.once('timeout', () => settle('gone'));
    socket.once('error', (error) => settle(GONE.has(codeOf(error) ?? '') ? 'gone' : 'unknown'));
  });
}
