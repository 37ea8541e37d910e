import { connect, createServer, type Server, type Socket } from 'node:net';

/** Somebody between the command and the API server, whose wire can be cut and mended. */
export interface CutProxy {
  readonly url: string;
  /** Ends every connection at once, and refuses new ones until it is mended. */
  cut(): void;
  mend(): Promise<void>;
  close(): void;
}

/** A TCP proxy on loopback; TLS goes through it as it is. */
export async function openCutProxy(target: string): Promise<CutProxy> {
  const { hostname, port, protocol } = new URL(target);
  const to = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'http:' ? 80 : 443)),
  };
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    const onward = connect(to);
    for (const each of [socket, onward]) {
      sockets.add(each);
      each
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(each);
          socket.destroy();
          onward.destroy();
        });
    }
    socket.pipe(onward).pipe(socket);
  };
  let server = await listen(accept, 0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy did not open');
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `${protocol}//127.0.0.1:${address.port}`,
    cut,
    mend: async () => {
      server = await listen(accept, address.port);
    },
    close: cut,
  };
}

function listen(accept: (socket: Socket) => void, port: number): Promise<Server> {
  const server = createServer(accept);
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}
