import { readFileSync } from 'node:fs';
import type { Agent, OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import { GateError } from '../../../../runner/src/errors/gate-error';
import { keepSecret } from '../../../../runner/src/errors/redact';
import { ClusterError } from './cluster-error';
import { readKubeconfig } from './kubeconfig';
import { type SelectedContext, selectContext } from './select-context';

type Client = typeof import('@kubernetes/client-node');

/** Who we are, and by which connections. */
export interface Identity {
  readonly headers: OutgoingHttpHeaders;
  readonly agent: Agent | undefined;
}

/** Milliseconds after which files with tokens are read again. */
const FRESH = 30_000;

/** The login of the kubeconfig by the official client: certificates, tokens, plugins, proxies. */
export class Credentials {
  private identity: Promise<Identity> | undefined;
  private readAt = 0;
  private agent: { readonly key: string; readonly value: Agent | undefined } | undefined;
  private config: InstanceType<Client['KubeConfig']>;

  private constructor(
    private readonly client: Client,
    private selected: SelectedContext,
    private readonly select: () => SelectedContext,
  ) {
    this.config = this.load();
  }

  /** @throws GateError (78) when there is no usable kubeconfig. */
  static open(client: Client, context?: string, env: NodeJS.ProcessEnv = process.env): Credentials {
    const select = () => selectContext(readKubeconfig(env), context, env);
    return new Credentials(client, select(), select);
  }

  get context(): SelectedContext {
    return this.selected;
  }

  /** Headers and connections for a request. @throws ClusterError (89) when a plugin gives no credentials. */
  async current(): Promise<Identity> {
    if (!this.identity || Date.now() - this.readAt > FRESH) {
      this.readAt = Date.now();
      this.identity = this.identify();
    }
    try {
      return await this.identity;
    } catch (error) {
      this.identity = undefined;
      throw error;
    }
  }

  /** Forgets what was refused, so that the next request is made with credentials that are fetched anew. */
  renew(): void {
    try {
      this.selected = this.select();
    } catch {
      // It is being written, or is gone: what it said still counts, and the refusal stands.
    }
    this.config = this.load();
    this.identity = undefined;
    this.agent = undefined;
  }

  /** Opens new connections from now on: those that are open lead nowhere. */
  reconnect(): void {
    this.identity = undefined;
    this.agent = undefined;
  }

  private load(): InstanceType<Client['KubeConfig']> {
    const config = new this.client.KubeConfig();
    config.loadFromString(JSON.stringify(this.selected.kubeconfig));
    return config;
  }

  private async identify(): Promise<Identity> {
    const options: RequestOptions = {};
    try {
      await this.config.applyToHTTPSOptions(options as Parameters<typeof this.config.applyToHTTPSOptions>[0]);
    } catch (cause) {
      throw this.explain(cause);
    }
    const headers = { ...(options.headers as OutgoingHttpHeaders), ...this.selected.headers };
    if (options.auth) headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    if (this.selected.tokenFile) headers.Authorization = `Bearer ${readToken(this.selected.tokenFile)}`;
    keepLogin(headers.Authorization, options.auth);
    return { headers, agent: this.agentFor(options) };
  }

  /** The same connections as before, unless certificate or key are others. */
  private agentFor(options: RequestOptions): Agent | undefined {
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const text = [ca, cert, key, servername, rejectUnauthorized].map(String).join('\n');
    if (this.agent?.key !== text) {
      const value = options.agent === false ? undefined : (options.agent as Agent | undefined);
      // The client opens a connection for each request; kept open, a deployment over a long line takes seconds less.
      if (value) Object.assign(value, { keepAlive: true });
      this.agent = { key: text, value };
    }
    return this.agent.value;
  }

  private explain(cause: unknown): Error {
    if (cause instanceof GateError) return cause;
    const command = this.selected.kubeconfig.users[0]?.user.exec?.command;
    const said = cause instanceof Error ? cause.message.trim() : String(cause);
    if (command && (cause as NodeJS.ErrnoException).code === 'ENOENT') {
      const hint = this.selected.kubeconfig.users[0]?.user.exec?.installHint;
      return new GateError(
        'CONFIG',
        `the credential plugin ${JSON.stringify(command)} of the kubeconfig is not installed`,
        {
          remedy: 'install it, or give a kubeconfig that needs none',
          detail: typeof hint === 'string' ? hint.trim() : undefined,
        },
      );
    }
    const file = (cause as NodeJS.ErrnoException).path;
    if (file) {
      return new GateError(
        'CONFIG',
        `${file}, which the kubeconfig names, can't be read: ${(cause as NodeJS.ErrnoException).code}`,
      );
    }
    return new ClusterError(
      'API_UNREACHABLE',
      command
        ? `the credential plugin ${command} gives no credentials`
        : 'the login of the kubeconfig failed',
      {
        detail: said || undefined,
        remedy: 'log in again',
        cause,
      },
    );
  }
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new GateError(
      'CONFIG',
      `${path}, which the kubeconfig names as token file, can't be read: ${(cause as NodeJS.ErrnoException).code}`,
      { cause },
    );
  }
}

function keepLogin(authorization: OutgoingHttpHeaders[string], auth: string | null | undefined): void {
  const [, value] = String(authorization ?? '').split(' ');
  if (value) keepSecret(value);
  const password = auth?.slice(auth.indexOf(':') + 1);
  if (password) keepSecret(password);
}
