import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordedNames } from './recorded-names';
import { type Conversation, type Exchange, isStream, keyOf } from './recording';

export interface ReplayedCluster {
  readonly url: string;
  /** Requests for which the recording has nothing. */
  readonly unknown: readonly string[];
  close(): Promise<void>;
}

interface Stream {
  readonly exchange: Exchange;
  response?: ServerResponse;
  /** The next chunk. */
  next: number;
  /** Asked for too late to keep its place in the order of all. */
  isLate: boolean;
}

/** Between two chunks, however long it took in reality: long enough for the command to act on the first. */
const GAP_MS = 4;
/** How long a chunk waits for the command to ask for its stream. */
const PATIENCE_MS = 400;
/** A connection that was refused again and again is refused as often as this. */
const REFUSALS = 2;

/**
 * Answers as the API server did: each request with the next recorded answer to the same request, or once more with the last one. The
 * chunks of all streams keep their order, but not the time between them.
 */
export async function replayCluster({ exchanges }: Conversation): Promise<ReplayedCluster> {
  const replay = new Replay(exchanges);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => replay.answer(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const played = replay.play();
  return {
    url: `http://127.0.0.1:${port}`,
    unknown: replay.unknown,
    close: async () => {
      replay.stop();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await played;
    },
  };
}

class Replay {
  public readonly unknown: string[] = [];
  private readonly queues = new Map<string, Exchange[]>();
  private readonly used = new Map<string, Exchange>();
  private readonly streams: Stream[];
  private readonly names: RecordedNames;
  /** Time of the newest thing that the command was told. */
  private told = 0;
  private isStopped = false;
  private wake = () => {};

  public constructor(exchanges: readonly Exchange[]) {
    this.names = new RecordedNames(exchanges);
    for (const exchange of exchanges) {
      const queue = this.queues.get(keyOf(exchange)) ?? [];
      this.queues.set(keyOf(exchange), queue);
      const isRefused = exchange.status === 0 && exchange.chunks === undefined;
      const refusals = queue.slice(-REFUSALS).filter((each) => each.status === 0);
      if (!isRefused || refusals.length < REFUSALS) queue.push(exchange);
    }
    this.streams = exchanges
      .filter(({ chunks }) => chunks !== undefined)
      .map((exchange) => ({ exchange, next: 0, isLate: false }));
  }

  public answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const { method = 'GET' } = request;
    const url = new URL(this.names.recorded(method, request.url ?? '/'), 'http://localhost');
    const query = Object.fromEntries(url.searchParams);
    const asked = { method, path: url.pathname, query };
    const exchange = this.next(keyOf(asked), method === 'GET' && !isStream(asked)) ?? this.logOf(asked);
    if (!exchange) {
      this.unknown.push(keyOf(asked));
      const text = JSON.stringify({
        kind: 'Status',
        status: 'Failure',
        code: 404,
        message: 'not in the recording',
      });
      response.writeHead(404, { 'content-type': 'application/json' }).end(text);
      return;
    }
    if (exchange.status === 0) {
      request.socket.resetAndDestroy();
      return;
    }
    const body = exchange.body ?? '';
    const isText = typeof body === 'string';
    response.writeHead(exchange.status, { 'content-type': isText ? 'text/plain' : 'application/json' });
    if (exchange.chunks) {
      this.open(exchange, response);
      return;
    }
    this.told = Math.max(this.told, exchange.at);
    response.end(this.names.given(isText ? body : JSON.stringify(body)));
  }

  /** Gives the chunks of all streams in the order in which they came. */
  public async play(): Promise<void> {
    for (;;) {
      const stream = this.earliest();
      if (this.isStopped) return;
      if (!stream) await this.somethingHappens();
      else if (stream.response) {
        this.give(stream);
        await sleep(GAP_MS);
      } else if (!(await this.somethingHappens(PATIENCE_MS))) stream.isLate = true;
    }
  }

  public stop(): void {
    this.isStopped = true;
    this.wake();
  }

  private open(exchange: Exchange, response: ServerResponse): void {
    response.flushHeaders();
    let stream = this.streams.find((each) => each.exchange === exchange);
    if (!stream || stream.response) {
      // The last one once more: what it told was told, and it stays open.
      stream = { exchange, next: exchange.chunks?.length ?? 0, isLate: true };
      this.streams.push(stream);
    }
    stream.response = response;
    this.wake();
  }

  private give(stream: Stream): void {
    const { response, exchange } = stream;
    const chunk = exchange.chunks?.[stream.next++];
    if (chunk) {
      const [at, content] = chunk;
      this.told = Math.max(this.told, at);
      const line = typeof content === 'string' ? content : JSON.stringify(content);
      response?.write(`${this.names.given(line)}\n`);
    }
    if (stream.next < (exchange.chunks?.length ?? 0)) return;
    stream.next = Number.POSITIVE_INFINITY;
    if (exchange.end === 'server') response?.end();
    else if (exchange.end === 'cut') response?.socket?.resetAndDestroy();
  }

  /** The stream whose next chunk, or whose end, came first. */
  private earliest(): Stream | undefined {
    const waiting = this.streams.filter(
      ({ next, isLate, response }) => Number.isFinite(next) && (response !== undefined || !isLate),
    );
    return waiting.sort((a, b) => timeOf(a) - timeOf(b))[0];
  }

  /** A plain question is answered as it would have been at the time up to which the command was told. */
  private next(key: string, maySkip: boolean): Exchange | undefined {
    const queue = this.queues.get(key) ?? [];
    let exchange = queue.shift();
    while (maySkip && exchange && queue[0] && queue[0].at <= this.told && queue[0].status !== 0) {
      exchange = queue.shift();
    }
    if (exchange) this.used.set(key, exchange);
    return exchange ?? this.used.get(key);
  }

  /** A log that was followed when it was recorded, and is now read at once. */
  private logOf({ path, query }: Pick<Exchange, 'path' | 'query'>): Exchange | undefined {
    if (!path.endsWith('/log') || isStream({ query })) return undefined;
    const followed = this.streams.find(
      ({ exchange }) => exchange.path === path && exchange.query.container === query.container,
    )?.exchange;
    if (!followed?.chunks) return undefined;
    const lines = followed.chunks.map(([, line]) => `${line}\n`);
    const { chunks: _chunks, ...rest } = followed;
    return { ...rest, query, body: lines.slice(query.tailLines ? -Number(query.tailLines) : 0).join('') };
  }

  private async somethingHappens(limit?: number): Promise<boolean> {
    const woken = new Promise<true>((resolve) => {
      this.wake = () => resolve(true);
    });
    if (limit === undefined) return woken;
    return Promise.race([woken, sleep(limit, false, { ref: false })]);
  }
}

function timeOf({ exchange, next }: Stream): number {
  return exchange.chunks?.[next]?.[0] ?? exchange.chunks?.at(-1)?.[0] ?? exchange.at;
}
