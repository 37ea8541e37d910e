import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, type RequestOptions, request as sendRequest } from 'node:https';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { neutralText, withoutManagedFields } from './neutral-recording';
import { pack } from './pack-recording';
import type { Chunk, Conversation, Exchange, Recording } from './recording';
import { isStream } from './recording';

/** One command's way to the API server, with a recorder on it. */
export interface RecordedWay {
  readonly url: string;
  /** Ends every connection and answers nothing until it is mended. */
  cut(): void;
  mend(): void;
  /** Ends the recording with what became of the command. */
  ended(exitCode: number | null): void;
}

export interface ClusterRecorder {
  /** A way for one command. */
  open(args: readonly string[], files: Readonly<Record<string, string>>): Promise<RecordedWay>;
  /** Writes what was recorded, without a name of this cluster; `secrets` must not be in it. */
  save(file: string, options: { names: Readonly<Record<string, string>>; secrets: readonly string[] }): void;
  close(): void;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type OpenExchange = Writable<Exchange> & { chunks?: Chunk[] };

/**
 * Records what commands and a real API server say to each other. It logs in as the user of the kubeconfig or with the token, so that
 * no credential passes through a recording.
 */
export async function recordCluster(config: KubeConfig, token: string | undefined): Promise<ClusterRecorder> {
  const conversations: Writable<Conversation>[] = [];
  const servers: Server[] = [];
  const upstream = new Upstream(config, token);
  const kubernetes = ((await upstream.json('/version')) as { gitVersion: string }).gitVersion;
  return {
    open: async (args, files) => {
      const exchanges: OpenExchange[] = [];
      const conversation: Writable<Conversation> = { args, files, exitCode: null, exchanges };
      conversations.push(conversation);
      const way = new Way(upstream, exchanges);
      servers.push(way.server);
      await new Promise<void>((resolve) => way.server.listen(0, '127.0.0.1', resolve));
      const address = way.server.address() as { port: number };
      return {
        url: `http://127.0.0.1:${address.port}`,
        cut: () => way.cut(),
        mend: () => way.mend(),
        ended: (exitCode) => {
          conversation.exitCode = exitCode;
        },
      };
    },
    save: (file, { names, secrets }) => {
      const text = neutralText(JSON.stringify({ kubernetes, conversations }), names);
      const found = secrets.find((secret) => text.includes(secret));
      if (found !== undefined || /eyJ[\w-]{20}/.test(text))
        throw new Error(`${file}: a secret would be in it`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, oneExchangeALine(JSON.parse(text) as Recording));
    },
    close: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

class Way {
  public readonly server = createServer((request, response) => this.forward(request, response));
  private begin: number | undefined;
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  public constructor(
    private readonly upstream: Upstream,
    private readonly exchanges: OpenExchange[],
  ) {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    });
  }

  public cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  public mend(): void {
    this.isCut = false;
  }

  private forward(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { method = 'GET' } = request;
    const query = Object.fromEntries(url.searchParams);
    const exchange: OpenExchange = { at: this.now(), method, path: url.pathname, query, status: 0 };
    this.exchanges.push(exchange);
    if (this.isCut) {
      request.socket.resetAndDestroy();
      return;
    }
    const sent = this.upstream.send(method, request.url ?? '/', request.headers, (answer) => {
      exchange.status = answer.statusCode ?? 0;
      const { 'content-type': type = '', 'retry-after': retryAfter } = answer.headers;
      response.writeHead(exchange.status, {
        'content-type': type,
        ...(retryAfter && { 'retry-after': retryAfter }),
      });
      response.flushHeaders();
      if (isStream(exchange) && exchange.status === 200) this.stream(exchange, answer, response);
      else this.answer(exchange, answer, response);
    });
    sent.on('error', () => {
      exchange.end ??= 'cut';
      request.socket.resetAndDestroy();
    });
    response.on('close', () => {
      exchange.end ??= this.isCut ? 'cut' : 'command';
      sent.destroy();
    });
    request.pipe(sent);
  }

  private answer(exchange: OpenExchange, answer: IncomingMessage, response: ServerResponse): void {
    let text = '';
    answer.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    answer.on('end', () => {
      exchange.body = parsed(text);
      exchange.end = 'server';
      response.end(text);
    });
    answer.on('error', () => response.destroy());
  }

  private stream(exchange: OpenExchange, answer: IncomingMessage, response: ServerResponse): void {
    const chunks: Chunk[] = [];
    exchange.chunks = chunks;
    let rest = '';
    answer.setEncoding('utf8').on('data', (part: string) => {
      response.write(part);
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) chunks.push([this.now(), parsed(line)]);
    });
    answer.on('end', () => {
      exchange.end ??= 'server';
      response.end();
    });
    answer.on('error', () => {
      exchange.end ??= 'cut';
      response.destroy();
    });
  }

  private now(): number {
    this.begin ??= Date.now();
    return Date.now() - this.begin;
  }
}

/** The API server itself. */
class Upstream {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly options: Promise<RequestOptions>;

  public constructor(
    private readonly config: KubeConfig,
    private readonly token: string | undefined,
  ) {
    this.options = this.login();
  }

  public send(
    method: string,
    path: string,
    { accept, 'content-type': type, 'content-length': length }: IncomingMessage['headers'],
    onAnswer: (answer: IncomingMessage) => void,
  ) {
    const url = new URL(path, this.config.getCurrentCluster()?.server);
    const headers = {
      ...(accept && { accept }),
      ...(type && { 'content-type': type }),
      // Without it the body of a DELETE has no frame.
      ...(length && { 'content-length': length }),
      ...this.ready?.headers,
    };
    return sendRequest(url, { ...this.ready, agent: this.agent, method, headers }, onAnswer);
  }

  public async json(path: string): Promise<unknown> {
    this.ready = await this.options;
    return new Promise((resolve, reject) => {
      const sent = this.send('GET', path, {}, (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve(JSON.parse(text)));
      });
      sent.on('error', reject).end();
    });
  }

  private ready: RequestOptions | undefined;

  private async login(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await this.config.applyToHTTPSOptions(options);
    const { ca, rejectUnauthorized, servername } = options;
    if (this.token === undefined) return options;
    return { ca, rejectUnauthorized, servername, headers: { authorization: `Bearer ${this.token}` } };
  }
}

function parsed(text: string): unknown {
  if (!text.startsWith('{')) return text;
  try {
    return withoutManagedFields(JSON.parse(text));
  } catch {
    return text;
  }
}

/** So that a person can read a recording, and compare two. */
export function oneExchangeALine({ kubernetes, conversations }: Recording): string {
  const parts = conversations.map(({ exchanges, ...rest }) => {
    const known = new Map();
    const lines = exchanges.map((exchange) => `      ${JSON.stringify(pack(exchange, known))}`);
    return `    ${JSON.stringify(rest).slice(0, -1)},"exchanges":[\n${lines.join(',\n')}\n    ]}`;
  });
  return `{"kubernetes":${JSON.stringify(kubernetes)},"conversations":[\n${parts.join(',\n')}\n]}\n`;
}
