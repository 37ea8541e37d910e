import type postgres from 'postgres';
import { onInterrupt } from '../interruption';
import { type Peer, type ProbeTiming, withLivenessProbe } from './liveness';
import type { ServerNotice } from './server-notice';

export type Query = ReturnType<postgres.Sql['unsafe']>;

/** How long a cancelled statement may take to end before its connection is cut; well inside a pod's grace period. */
const CANCEL_LIMIT_MS = 10_000;
/** A request to cancel that arrives between two statements is lost, so the next of them is cancelled then. */
const CANCEL_AGAIN_MS = 200;

interface InFlightOptions {
  /** Aborting it cancels what runs. */
  readonly signal: AbortSignal;
  readonly probeTiming?: ProbeTiming | undefined;
  /** Gives the connection up at once; what is in flight fails. */
  readonly cut: () => void;
  readonly onNotice: (notice: ServerNotice) => void;
}

/**
 * What was sent on a connection and is not answered yet. The server works on one at a time, in the order in which they
 * were sent. As long as anything is in flight, a server that is gone is noticed, and the signal cancels.
 */
export class InFlight {
  /** Where the connection leads; known after the login. */
  peer: Peer | undefined;
  private readonly queries = new Set<Query>();
  /** What may be cancelled: not what is said after the signal. */
  private readonly cancellable = new Set<Query>();
  /** What the server said during those that nobody attends to yet. */
  private readonly held = new Map<Query, ServerNotice[]>();
  /** What nobody waits for. */
  private told = 0;
  private drained: () => void = () => undefined;

  constructor(private readonly options: InFlightOptions) {}

  get isEmpty(): boolean {
    return this.queries.size === 0;
  }

  /** Sends it now, and gives its answer. */
  async answer(query: Query): Promise<Awaited<Query>> {
    if (this.isEmpty) this.watch();
    this.queries.add(query);
    if (!this.options.signal.aborted) this.cancellable.add(query);
    try {
      return await query.execute();
    } finally {
      this.queries.delete(query);
      this.cancellable.delete(query);
      if (this.isEmpty) this.drained();
    }
  }

  get hasTold(): boolean {
    return this.told > 0;
  }

  /** Sends it now, and waits for nothing. */
  tell(query: Query): void {
    const answered = () => {
      this.told -= 1;
    };
    this.told += 1;
    query.execute().then(answered, answered);
  }

  /** Keeps to itself what the server says during a query until {@link attend}. */
  hold(query: Query): void {
    this.held.set(query, []);
  }

  attend(query: Query): void {
    const notices = this.held.get(query) ?? [];
    this.held.delete(query);
    for (const notice of notices) this.options.onNotice(notice);
  }

  /** Takes what the server says now: it belongs to the query that it works on. */
  hear(notice: ServerNotice): void {
    const query = this.running;
    const held = query && this.held.get(query);
    if (held) held.push(notice);
    else this.options.onNotice(notice);
  }

  private get running(): Query | undefined {
    return [...this.queries].find(isActive);
  }

  private watch(): void {
    const { signal, probeTiming, cut } = this.options;
    const timers: NodeJS.Timeout[] = [];
    const stop = () => {
      this.cancel();
      timers.push(
        setTimeout(cut, CANCEL_LIMIT_MS),
        setInterval(() => this.cancel(), CANCEL_AGAIN_MS),
      );
    };
    const stopListening = onInterrupt(signal, stop);
    const empty = new Promise<void>((resolve) => {
      this.drained = () => {
        for (const timer of timers) clearTimeout(timer);
        stopListening();
        resolve();
      };
    });
    void withLivenessProbe(this.peer, cut, empty, probeTiming);
  }

  /** Those behind the one that runs fail with it, or in the transaction that it aborts; the driver can't cancel them. */
  private cancel(): void {
    const [first] = this.cancellable;
    const query = [...this.cancellable].find(isActive) ?? (this.isEmpty || this.running ? undefined : first);
    // The request to cancel has a connection of its own; it can be lost with the server.
    if (query) void Promise.resolve(query.cancel()).catch(() => undefined);
  }
}

/** Missing in the driver's types: whether the server works on it. */
function isActive(query: Query): boolean {
  return (query as Query & { readonly active: boolean }).active;
}
