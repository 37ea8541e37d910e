import { connect } from 'node:net';

/** PostgreSQL's SSLRequest packet: its length, and the code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Asks a server whether it offers TLS; what can't be asked counts as yes, so that nobody is misled. */
export async function serverOffersTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const answer = (offered: boolean) => {
      socket.destroy();
      resolve(offered);
    };
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', (data) => answer(data.toString('latin1', 0, 1) !== 'N'));
    socket.once('error', () => answer(true));
    socket.once('timeout', () => answer(true));
    socket.once('close', () => resolve(true));
  });
}
