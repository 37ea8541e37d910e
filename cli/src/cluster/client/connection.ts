import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError, refusal } from './cluster-error';
import type { Credentials } from './credentials';
import { exchange, readBody } from './exchange';
import { isLost, unreachable } from './unreachable';

export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

interface Waited {
  tries: number;
  readonly since: number;
}

/** Milliseconds. */
const FIRST_CONTACT = 10_000;
const ANSWER_LIMIT = 35_000;
const LOGIN_SETTLES = 15_000;
const RIGHTS_SETTLE = 30_000;
const LONGEST_PAUSE = 5_000;

/** Requests to one API server, repeated where that can help, for as long as the caller has patience. */
export class Connection {
  /** When the API last answered with what was asked. */
  private contactedAt: number | undefined;
  private outageTold = false;
  /** When the API last did not answer. */
  private lostAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly credentials: Credentials,
    private readonly patience: number,
    private readonly note: (text: string) => void = () => undefined,
    private readonly signal?: AbortSignal,
  ) {}

  /** The whole answer. @throws ClusterError for anything but 2xx. */
  text(request: ApiRequest, signal?: AbortSignal): Promise<Answer> {
    const either = this.either(signal);
    return this.persist(either, async () => {
      const response = await this.send(request, either);
      return {
        status: response.statusCode ?? 0,
        headers: headersOf(response),
        text: await readBody(response, ANSWER_LIMIT),
      };
    });
  }

  /** An answer that goes on. @throws ClusterError for anything but 2xx. */
  stream(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const either = this.either(signal);
    return this.persist(either, () => this.send(request, either));
  }

  /** The failure in the words of this command. */
  explain(error: unknown): Error {
    return unreachable(error, this.credentials.context);
  }

  private either(signal: AbortSignal | undefined): AbortSignal | undefined {
    return signal && this.signal ? AbortSignal.any([signal, this.signal]) : (signal ?? this.signal);
  }

  private async send(request: ApiRequest, signal?: AbortSignal): Promise<IncomingMessage> {
    const { headers, agent } = await this.credentials.current();
    const response = await exchange({
      ...request,
      headers: { ...request.headers, ...headers },
      agent,
      signal,
      limit: ANSWER_LIMIT,
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw refusal(status, await readBody(response, ANSWER_LIMIT), response.headers);
  }

  /** @throws the signal's reason as soon as it aborts. */
  private async persist<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
    let waited: Waited | undefined;
    for (;;) {
      signal?.throwIfAborted();
      try {
        const result = await attempt();
        this.succeeded();
        return result;
      } catch (error) {
        signal?.throwIfAborted();
        const failure = this.explain(error);
        waited ??= { tries: 0, since: Date.now() };
        const pause = this.pauseAfter(failure, waited);
        if (pause === undefined) throw failure;
        waited.tries += 1;
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private succeeded(): void {
    this.contactedAt = Date.now();
    if (!this.outageTold) return;
    this.outageTold = false;
    this.note('the Kubernetes API answers again');
  }

  /** Milliseconds to wait before the next try; undefined where none can help. */
  private pauseAfter(failure: Error, waited: Waited): number | undefined {
    if (!(failure instanceof ClusterError)) return undefined;
    const elapsed = Date.now() - waited.since;
    if (failure.status === 401) {
      this.credentials.renew();
      if (waited.tries === 0) return 0;
      // A server that has just started, and a token that is just being exchanged, refuse for a moment.
      return this.contactedAt !== undefined && elapsed < LOGIN_SETTLES ? 1000 : undefined;
    }
    if (failure.status === 403) {
      // A server that has just started answers before it has read the Roles.
      return Date.now() - this.lostAt < RIGHTS_SETTLE ? 1000 : undefined;
    }
    if (!isLost(failure)) return undefined;
    this.lostAt = Date.now();
    if (failure.status === undefined) this.credentials.reconnect();
    const limit = this.contactedAt === undefined ? Math.min(this.patience, FIRST_CONTACT) : this.patience;
    const backOff = Math.min(LONGEST_PAUSE, 250 * 2 ** waited.tries) * (0.75 + Math.random() / 2);
    const pause = Math.max(backOff, (failure.retryAfter ?? 0) * 1000);
    if (elapsed + pause > limit) return undefined;
    this.tellOutage(failure, waited.tries, limit);
    return pause;
  }

  /** The first repetition is silent: a connection that was closed while idle is nothing to tell. */
  private tellOutage(failure: ClusterError, tries: number, limit: number): void {
    if (this.outageTold || tries === 0) return;
    this.outageTold = true;
    this.note(`${failure.message}; trying again for up to ${Math.round(limit / 1000)} s`);
  }
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
}
