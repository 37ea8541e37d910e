import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenSession, openSession, type Session } from '../database/session';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';

/** One look at the working session, from another one. */
export type Look = (observer: Session) => Promise<void>;

const INTERVAL_MS = 200;
const AFTER_FAILURE_MS = 2000;

/**
 * Looks at the working session from a second one, which a session that waits can't do itself. The second connection
 * is opened only when the work lasts longer than a moment, and stays until {@link close}.
 */
export class SessionObserver {
  private observer: Promise<OpenSession> | undefined;
  private hasWarned = false;

  constructor(private readonly context: DatabaseContext) {}

  /** Looks again and again while `use` runs. A look that fails is tried again and never fails `use`. */
  async during<T>(look: Look, use: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    const watching = this.watch(look, done.signal);
    try {
      return await use();
    } finally {
      done.abort();
      await watching;
    }
  }

  async close(): Promise<void> {
    const opened = await this.observer?.catch(() => undefined);
    await opened?.close();
  }

  private async watch(look: Look, done: AbortSignal): Promise<void> {
    while (await pause(INTERVAL_MS, done)) {
      try {
        this.observer ??= this.open();
        await look((await this.observer).session);
      } catch (error) {
        await this.close();
        this.observer = undefined;
        if (!done.aborted) this.warn(error);
        await pause(AFTER_FAILURE_MS, done);
      }
    }
  }

  private async open(): Promise<OpenSession> {
    const { connection, settings, signal } = this.context;
    return openSession({ connection, connectTimeout: settings.limits.connectTimeout, signal });
  }

  private warn(error: unknown): void {
    if (this.hasWarned || this.context.signal.aborted) return;
    this.hasWarned = true;
    this.context.reporter.warn(
      'observer_unavailable',
      `no second connection to watch locks: ${toGateError(error).message}; meanwhile the lock budget holds for each lock, not for the unit`,
      { remedy: 'let the role have two connections' },
    );
  }
}

/** False when `done` came first. */
async function pause(milliseconds: number, done: AbortSignal): Promise<boolean> {
  return sleep(milliseconds, true, { signal: done }).catch(() => false);
}
