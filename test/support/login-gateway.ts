import { connect, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from './certificates';
import { withServer } from './tls-server';

/** What a managed database does in front of itself: TLS, and a token in the place of a password. */
export interface LoginGateway {
  readonly certificate: Certificate;
  /** The server behind it, where every role may log in without a password. */
  readonly server: { readonly host: string; readonly port: number };
  /** Undefined lets in; otherwise the server's refusal. */
  readonly judge: (token: string, user: string) => Refusal | undefined;
}

export interface Refusal {
  readonly sqlstate: string;
  readonly message: string;
}

/** Type 3: the password as plain text. */
const ASK_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const CANCEL_REQUEST = 80_877_102;

/** Gives the gateway's port; each token that it was given passes `judge`. */
export function withLoginGateway<T>(gateway: LoginGateway, use: (port: number) => Promise<T>): Promise<T> {
  const secureContext = createSecureContext({
    cert: gateway.certificate.cert,
    key: gateway.certificate.private,
  });
  return withServer((socket) => {
    socket.once('data', () => {
      socket.write('S');
      const client = new TLSSocket(socket, { isServer: true, secureContext });
      client.on('error', () => undefined);
      client.once('data', (startup) => letIn(client, startup, gateway));
    });
  }, use);
}

function letIn(client: TLSSocket, startup: Buffer, { server, judge }: LoginGateway): void {
  if (startup.readInt32BE(4) === CANCEL_REQUEST) {
    join(client, startup, server);
    return;
  }
  client.write(ASK_PASSWORD);
  client.once('data', (message) => {
    const user = /user\0([^\0]*)\0/.exec(startup.toString())?.[1] ?? '';
    const refusal = judge(message.toString('utf8', 5, message.length - 1), user);
    if (refusal) client.end(errorResponse(refusal));
    else join(client, startup, server);
  });
}

function join(client: TLSSocket, startup: Buffer, { host, port }: LoginGateway['server']): void {
  const upstream: Socket = connect(port, host);
  upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  upstream.write(startup);
  client.pipe(upstream);
  upstream.pipe(client);
}

function errorResponse({ sqlstate, message }: Refusal): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlstate}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
