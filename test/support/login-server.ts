import type { Socket } from 'node:net';
import { withServer } from './tls-server';

/** An authentication message of PostgreSQL's protocol. */
export function authentication(type: number, body: string | Buffer = ''): Buffer {
  const content = Buffer.from(body);
  const head = Buffer.alloc(9);
  head.write('R');
  head.writeUInt32BE(8 + content.length, 1);
  head.writeUInt32BE(type, 5);
  return Buffer.concat([head, content]);
}

/** Gives the port of a server without TLS that answers each message of a login in turn. */
export function withLoginServer<T>(
  answers: readonly ((socket: Socket) => unknown)[],
  use: (port: number) => Promise<T>,
): Promise<T> {
  return withServer((socket) => {
    let turn = 0;
    socket.on('data', (message) => {
      const asksForTls = message.length === 8 && message.readUInt32BE(4) === 80_877_103;
      if (asksForTls) socket.write('N');
      else answers[turn++]?.(socket);
    });
  }, use);
}
