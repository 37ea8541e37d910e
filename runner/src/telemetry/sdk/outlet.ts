/** One way out of the process. */
export interface Outlet {
  /** Sends what is known so far; nobody waits for it, and it never fails. */
  send(): void;
  /**
   * Sends the rest, for so many milliseconds at most.
   *
   * @returns what was not delivered, and why; undefined when everything was.
   */
  finish(limit: number): Promise<string | undefined>;
}

/** Milliseconds that an attempt at the end of the run takes at most; the exporters then try once only. */
export const LAST_ATTEMPT_MS = 600;

/** Series of one metric: one for each migration of the first run on an empty database. The SDK puts all beyond 2,000 into one. */
export const MOST_SERIES = 100_000;

/** Milliseconds between two sendings: each tells all metrics anew, and a run can commit hundreds of units in a second. */
const PAUSE_MS = 1000;

/** Does one thing at a time, with a pause between: what is asked for meanwhile is done once afterwards. */
export class OneAtATime {
  private running: Promise<void> | undefined;
  private pause: NodeJS.Timeout | undefined;
  private isAskedAgain = false;
  private isStopped = false;

  constructor(private readonly work: () => Promise<void>) {}

  start(): void {
    if (this.isStopped) return;
    if (this.running || this.pause) {
      this.isAskedAgain = true;
      return;
    }
    this.running = this.work()
      .catch(() => undefined)
      .finally(() => {
        this.running = undefined;
        if (!this.isStopped) this.pause = setTimeout(() => this.goOn(), PAUSE_MS).unref();
      });
  }

  /** Nothing is started any more. @returns what still runs. */
  stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.pause);
    return this.running ?? Promise.resolve();
  }

  private goOn(): void {
    this.pause = undefined;
    if (!this.isAskedAgain) return;
    this.isAskedAgain = false;
    this.start();
  }
}

/** Gives the word `late` when it takes longer. */
export async function within<T>(limit: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.max(limit, 0));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the SDK says without saying more. */
const SAID: Readonly<Record<string, string>> = {
  'Export failed with retryable status': 'HTTP 429, 502, 503 or 504',
  'Request timed out': 'no answer in time',
};

/** `ECONNREFUSED`, `HTTP 500`: never a word of an answer, in which anything can stand. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as Error & { code?: unknown };
  if (typeof code === 'number') return `HTTP ${code}`;
  if (code === 'ABORT_ERR') return 'no answer in time';
  return typeof code === 'string' ? code : (SAID[error.message] ?? error.message);
}

/** Without user, password and path. */
export function showTarget(url: string): string {
  return new URL(url).origin;
}
