import { createServer, connect as openSocket, type Socket } from 'node:net';
import { Flights } from './flights';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface DelayProxy {
  readonly port: number;
  /** Round trips since the last call, of all connections together. */
  takeRoundTrips(): number;
  close(): Promise<void>;
}

/**
 * A network with a given round trip time between clients and a server: what is sent in either direction arrives half of it
 * later, in order, and any number of messages can be on the way. A connection's first byte waits one round trip more, as
 * long as TCP's handshake takes.
 *
 * It counts round trips: for each connection one for the handshake, and then what {@link Flights} says. The farewell is a
 * message too: some clients wait for the server to close.
 */
export async function startDelayProxy(server: Address, roundTripMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  let roundTrips = 0;
  const proxy = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = openSocket({ ...server, allowHalfOpen: true, noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    const there = new Line(roundTripMs / 2, performance.now() + roundTripMs);
    const back = new Line(roundTripMs / 2);
    const flights = new Flights();
    roundTrips += 1;
    client.on('data', (chunk: Buffer) => {
      const before = flights.count;
      const flight = flights.send(chunk);
      roundTrips += flights.count - before;
      there.carry(() => {
        flights.hear(flight);
        upstream.write(chunk);
      });
    });
    upstream.on('data', (chunk: Buffer) => {
      const flight = flights.answer(chunk);
      back.carry(() => {
        flights.conclude(flight);
        client.write(chunk);
      });
    });
    passEnd(client, upstream, there);
    passEnd(upstream, client, back);
  });
  await new Promise<void>((resolve, reject) => {
    proxy.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (proxy.address() as { port: number }).port,
    takeRoundTrips: () => {
      const taken = roundTrips;
      roundTrips = 0;
      return taken;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** One direction of a connection: what is handed to it happens after a time, in the order in which it was handed over. */
class Line {
  private readonly waiting: (() => void)[] = [];
  private lastDue = 0;

  constructor(
    private readonly delayMs: number,
    private readonly opensAt = 0,
  ) {}

  carry(arrive: () => void): void {
    if (this.delayMs === 0) {
      arrive();
      return;
    }
    const now = performance.now();
    this.lastDue = Math.max(now, this.opensAt, this.lastDue - this.delayMs) + this.delayMs;
    this.waiting.push(arrive);
    setTimeout(() => this.waiting.shift()?.(), Math.ceil(this.lastDue - now));
  }
}

function passEnd(from: Socket, to: Socket, line: Line): void {
  from.once('end', () => line.carry(() => to.end()));
  from.once('error', () => to.destroy());
}
