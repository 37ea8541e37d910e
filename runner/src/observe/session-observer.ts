import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenSession, openSession, type Session } from '../database/session';
import { allowIdling } from '../database/session-settings';
import { toGateError } from '../errors/to-gate-error';
import type { Reporter, Tell } from '../report/reporter';
import type { DatabaseContext } from '../run-context';
import { type ProgressTiming, StatementProgress } from './statement-progress';

/** What is done to the working session; never begun once its work has ended, and then waited for. */
export type Act = () => Promise<unknown>;

/** One look at the working session, from another one; it may ask for an act, and must not change anything itself. */
export type Look = (observer: Session) => Promise<Act | undefined>;

/** Looks at two things at a time; what the first asks for comes first. */
export function both(first: Look, second: Look): Look {
  return async (observer) => (await first(observer)) ?? second(observer);
}

/** The working session, and what is looked at beside how long its statement takes. */
export interface Watch {
  /** Process id of the server's side. */
  readonly pid: number;
  readonly look: Look;
  /** Milliseconds before the first look. @default 200 */
  readonly patience?: number;
}

const INTERVAL_MS = 200;
/** Milliseconds between two looks at the clock, where nobody can look at the session. */
const TICK_MS = 1000;
const AFTER_FAILURE_MS = 2000;

/**
 * Looks at the working session from a second one, which a session that waits can't do itself. The second connection
 * is opened only when the work lasts longer than a moment, and stays until {@link close}.
 */
export class SessionObserver {
  private observer: Promise<OpenSession> | undefined;
  private readonly closing = new AbortController();
  private hasWarned = false;
  private readonly progress: StatementProgress;

  constructor(
    readonly context: DatabaseContext,
    timing?: ProgressTiming,
  ) {
    this.progress = new StatementProgress(context, timing);
  }

  /** For a look that tells by itself how the statement goes on, so that it is not told twice. */
  readonly reporter: Pick<Reporter, 'info'> = {
    info: ((event: never, message: string, fields: never) => {
      this.progress.toldElsewhere();
      this.context.reporter.info(event, message, fields);
    }) as Tell<'info'>,
  };

  /**
   * Looks again and again while `use` runs. A look that fails is tried again and never fails `use`. What `use` holds
   * may be locked for everybody, so its end waits for no connection and no look; only for an act, which would
   * otherwise reach a later statement. A statement that takes long is told of, also where no look is possible.
   */
  async during<T>(watch: Watch, use: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    let acting: Promise<unknown> | undefined;
    const ticking = setInterval(() => this.progress.tick(), TICK_MS);
    void this.watch(watch, done.signal, (act) => {
      acting = act();
      return acting;
    });
    try {
      return await use();
    } finally {
      done.abort();
      clearInterval(ticking);
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

  private async watch(
    { pid, look, patience = INTERVAL_MS }: Watch,
    done: AbortSignal,
    perform: (act: Act) => Promise<unknown>,
  ): Promise<void> {
    for (let wait = patience; await pause(wait, done); wait = INTERVAL_MS) {
      // An attempt that `use` did not wait for is the next watch's.
      this.observer ??= this.open();
      const opening = this.observer;
      try {
        const { session } = await opening;
        if (done.aborted) return;
        const act = await look(session);
        if (act && !done.aborted) await perform(act);
        if (!done.aborted) await this.progress.look(session, pid);
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
