import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * A socket that ends but never fails, also where none could be opened. For requests to cancel: the driver gives nobody the
 * failure of one to catch, so that it would end the process.
 */
export async function quietSocket(opening: Promise<Socket>): Promise<Socket> {
  const socket = await opening.catch(() => undefined);
  const quiet = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      if (socket?.writable) socket.write(chunk, () => done());
      else done();
    },
    destroy: (_error, done) => {
      socket?.destroy();
      done(null);
    },
  });
  socket
    ?.on('error', () => undefined)
    .on('close', () => quiet.destroy())
    .resume();
  if (!socket) setImmediate(() => quiet.destroy());
  return quiet as Duplex & Socket;
}
