import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type TLSSocketOptions } from 'node:tls';
import type { Certificate } from './certificates';

export interface TlsServerOptions extends Omit<TLSSocketOptions, 'cert' | 'key'> {
  /** The certificate, and those that are sent after it. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  /** What the question for TLS is answered with; undefined where TLS begins at once. @default 'S' */
  readonly answer?: string | undefined;
  readonly secureContext?: never;
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2';
  readonly ciphers?: string;
}

/** So that the server itself has nothing against a weak certificate. */
const WEAK_TOO = 'DEFAULT@SECLEVEL=0';

/**
 * Gives the port of a server that speaks TLS the way that PostgreSQL does, and no further, and the common names of the
 * certificates that its clients showed.
 */
export async function withTlsServer<T>(
  {
    chain,
    answer = 'S',
    minVersion,
    maxVersion,
    ciphers = WEAK_TOO,
    ca,
    ...options
  }: TlsServerOptions & { ca?: string },
  use: (port: number, clients: (string | undefined)[]) => Promise<T>,
  isDirect = false,
): Promise<T> {
  const secureContext = createSecureContext({
    cert: chain.map(({ cert }) => cert).join(''),
    key: chain[0].private,
    ...{ minVersion, maxVersion, ciphers, ca },
  });
  const clients: (string | undefined)[] = [];
  const encrypt = (socket: Socket) => {
    const secure = new TLSSocket(socket, { ...options, isServer: true, secureContext });
    secure.on('error', () => undefined);
    secure.once('secure', () => clients.push([secure.getPeerCertificate().subject?.CN].flat()[0]));
  };
  return withServer(
    (socket) => {
      if (isDirect) return encrypt(socket);
      socket.once('data', () => {
        socket.write(answer);
        if (answer === 'S') encrypt(socket);
      });
    },
    (port) => use(port, clients),
  );
}

/** Gives the port of a server that treats every connection as told. */
export async function withServer<T>(
  treat: (socket: Socket) => void,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    treat(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await use(typeof address === 'object' && address ? address.port : 0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
