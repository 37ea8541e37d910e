import { connect, type Socket } from 'node:net';
import type { Peer } from './liveness';

/**
 * Opens the driver's TCP connection in its stead, to learn which of a name's addresses it leads to.
 *
 * @param limit milliseconds it may take.
 */
export async function openSocket(
  { host, port }: Peer,
  limit: number,
  onPeer: (peer: Peer) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // The driver reads both again: for the server's name in TLS, and for its messages.
    const socket = Object.assign(connect({ host, port }), { host, port });
    const expiry = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection'), { code: 'CONNECT_TIMEOUT' }));
    }, limit);
    const fail = (error: Error) => {
      clearTimeout(expiry);
      reject(error);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(expiry);
      socket.off('error', fail);
      onPeer({ host: socket.remoteAddress ?? host, port });
      resolve(socket);
    });
  });
}
