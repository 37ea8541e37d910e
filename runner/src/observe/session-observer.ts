import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenSession, openSession, type Session } from '../database/session';
import { allowIdling } from '../database/session-settings';
import { toGateError } from '../errors/to-gate-error';
import type { DatabaseContext } from '../run-context';

/** What is done to the working session; never begun once its work has ended, and then waited for. */
export type Act = () => Promise<unknown>;

/** One look at the working session, from another one; it may ask for an act, and must not change anything itself. */
export type Look = (observer: Session) => Promise<Act | undefined>;

/** Looks at two things at a time; what the first asks for comes first. */
export function both(first: Look, second: Look): Look {
  return async (observer) => (await first(observer)) ?? second(observer);
}

const INTERVAL_MS = 200;
const AFTER_FAILURE_MS = 2000;

/**
 * Looks at the working session from a second one, which a session that waits can't do itself. The second connection
 * is opened only when the work lasts longer than a moment, and stays until {@link close}.
 */
export class SessionObserver {
  private observer: Promise<OpenSession> | undefined;
  private readonly closing = new AbortController();
  private hasWarned = false;

  constructor(readonly context: DatabaseContext) {}

  /**
   * Looks again and again while `use` runs. A look that fails is tried again and never fails `use`. What `use` holds
   * may be locked for everybody, so its end waits for no connection and no look; only for an act, which would
   * otherwise reach a later statement.
   */
  async during<T>(look: Look, use: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    let acting: Promise<unknown> | undefined;
    void this.watch(look, done.signal, (act) => {
      acting = act();
      return acting;
    });
    try {
      return await use();
    } finally {
      done.abort();
      await acting?.catch(() => undefined);
    }
  }

  /** Whether there is a second connection, for what must not begin unseen; it is waited for. */
  async isAvailable(): Promise<boolean> {
    this.observer ??= this.open();
    const opening = this.observer;
    try {
      await opening;
      return true;
    } catch (error) {
      this.warn(error);
      await this.discard(opening);
      return false;
    }
  }

  /** Ends the second connection, or the attempt to open it. */
  async close(): Promise<void> {
    this.closing.abort();
    if (this.observer) await this.discard(this.observer);
  }

  private async watch(look: Look, done: AbortSignal, perform: (act: Act) => Promise<unknown>): Promise<void> {
    while (await pause(INTERVAL_MS, done)) {
      // An attempt that `use` did not wait for is the next watch's.
      this.observer ??= this.open();
      const opening = this.observer;
      try {
        const { session } = await opening;
        if (done.aborted) return;
        const act = await look(session);
        if (act && !done.aborted) await perform(act);
      } catch (error) {
        if (!done.aborted) this.warn(error);
        await this.discard(opening);
        await pause(AFTER_FAILURE_MS, done);
      }
    }
  }

  private async discard(opening: Promise<OpenSession>): Promise<void> {
    if (this.observer === opening) this.observer = undefined;
    const opened = await opening.catch(() => undefined);
    await opened?.close();
  }

  private async open(): Promise<OpenSession> {
    const { connection, settings, signal } = this.context;
    const opened = await openSession({
      connection,
      connectTimeout: settings.limits.connectTimeout,
      signal: AbortSignal.any([signal, this.closing.signal]),
    });
    await allowIdling(opened.session).catch(async (error: unknown) => {
      await opened.close();
      throw error;
    });
    return opened;
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
