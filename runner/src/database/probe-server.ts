import { connect } from 'node:net';

/** PostgreSQL's SSLRequest packet: its length, and the code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const LIMIT_MS = 2000;

/** How a server answers the question whether it speaks TLS. */
export type ServerAnswer =
  /** No TCP connection. */
  | 'unreachable'
  /** A connection, but not a word. */
  | 'silent'
  | 'tls'
  | 'no tls'
  /** It hangs up, or says what no PostgreSQL says. */
  | 'other';

/** Looks once more at a server after a failed connection, to tell at which stage it failed. */
export async function probeServer(host: string, port: number): Promise<ServerAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let connected = false;
    const answer = (found: ServerAnswer) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(found);
    };
    const nothing = () => answer(connected ? 'silent' : 'unreachable');
    const limit = setTimeout(nothing, LIMIT_MS);
    socket.once('connect', () => {
      connected = true;
      socket.write(SSL_REQUEST);
    });
    socket.once('data', (data) => {
      const [first] = data.toString('latin1');
      answer(first === 'S' ? 'tls' : first === 'N' && data.length === 1 ? 'no tls' : 'other');
    });
    socket.once('error', () => answer(connected ? 'other' : 'unreachable'));
    socket.once('close', () => answer(connected ? 'other' : 'unreachable'));
  });
}
