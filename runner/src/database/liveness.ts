import { connect } from 'node:net';
import type { Connection } from '../config/connection';

/** Milliseconds without an answer before the server is asked, from then on at this interval. */
const INTERVAL_MS = 8_000;
/** Milliseconds that opening a TCP connection may take. */
const PROBE_LIMIT_MS = 4_000;
/** So many probes in a row must fail. */
const FAILURES = 2;

/**
 * Waits for an answer that may take hours, but not for a server that is gone. When a node dies, no FIN arrives; TCP
 * keepalive finds that out only for a connection without unacknowledged data, and would otherwise take a quarter of
 * an hour. So while an answer is outstanding, the server's port is tried; after two failures `cut` gives the
 * connection up. The port is the postmaster's or the pooler's, which answers however busy the database is.
 */
export async function withLivenessProbe<T>(
  { host, port }: Pick<Connection, 'host' | 'port'>,
  cut: () => void,
  answer: PromiseLike<T>,
): Promise<T> {
  let failures = 0;
  const timer = setInterval(async () => {
    failures = (await canConnect(host, port)) ? 0 : failures + 1;
    if (failures >= FAILURES) cut();
  }, INTERVAL_MS);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}

async function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_LIMIT_MS });
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
