import { createServer, connect as openSocket, type Socket } from 'node:net';

/** One message of PostgreSQL's protocol; the startup packet has the type `''`. */
export interface Message {
  readonly from: 'client' | 'server';
  readonly type: string;
  readonly body: Buffer;
}

/**
 * What becomes of a message; `cut`: it goes no further, and both sides lose the connection; `reset`: the client's end fails
 * with it, as when a server process ends that has not read everything.
 */
export type Verdict = 'forward' | 'cut' | 'reset';

export interface ServerProxy {
  /** The server's URL with the proxy's port; without TLS, so that messages can be read. */
  readonly url: string;
  /** How many were opened, also those on which nothing was said. */
  connections(): number;
  close(): void;
}

/**
 * Stands between client and server and decides about each message. Messages are judged in the order they come.
 *
 * @param delay milliseconds that what the server says takes to the client.
 */
export async function startServerProxy(
  server: string,
  judge: (message: Message) => Verdict,
  delay = 0,
): Promise<ServerProxy> {
  const target = new URL(server);
  const sockets = new Set<Socket>();
  let connections = 0;
  const proxy = createServer((client) => {
    connections += 1;
    const upstream = openSocket(Number(target.port), target.hostname);
    const ends = [client, upstream];
    const cut = () => {
      for (const end of ends) end.destroy();
    };
    for (const end of ends) {
      sockets.add(end.setNoDelay(true));
      end.on('error', () => undefined).on('close', cut);
    }
    const pass = (from: Message['from'], to: Socket) => {
      const split = messageSplitter(from);
      return (chunk: Buffer) => {
        for (const { raw, ...message } of split(chunk)) {
          const verdict = judge(message);
          // Its end closes the other one.
          if (verdict === 'reset') return client.resetAndDestroy();
          if (verdict === 'cut') return cut();
          to.write(raw);
        }
      };
    };
    client.on('data', pass('client', upstream));
    const back = pass('server', client);
    upstream.on('data', (chunk) => (delay > 0 ? setTimeout(() => back(chunk), delay) : back(chunk)));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const url = new URL(server);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' ? address?.port : '');
  url.searchParams.set('sslmode', 'disable');
  return {
    url: url.href,
    connections: () => connections,
    close: () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Cuts a stream into messages: a type byte (absent in the client's first), a length that counts itself, a body. */
export function messageSplitter(from: Message['from']): (chunk: Buffer) => (Message & { raw: Buffer })[] {
  let open: Buffer = Buffer.alloc(0);
  let typeBytes = from === 'client' ? 0 : 1;
  return (chunk) => {
    open = Buffer.concat([open, chunk]);
    const messages: (Message & { raw: Buffer })[] = [];
    while (open.length >= typeBytes + 4) {
      const end = typeBytes + open.readInt32BE(typeBytes);
      if (open.length < end) break;
      const type = open.toString('latin1', 0, typeBytes);
      messages.push({ from, type, body: open.subarray(typeBytes + 4, end), raw: open.subarray(0, end) });
      open = open.subarray(end);
      typeBytes = 1;
    }
    return messages;
  };
}
