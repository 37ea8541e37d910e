import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { renderPlace } from '../errors/place';
import { SqlState } from '../errors/sqlstate';
import { type Blocker, readBlockers, renderBlocker } from './blockers';
import { readWait, type Waits } from './lock-waits';
import { endPrepared } from './prepared-transactions';
import { type Act, both, type Look, type SessionObserver } from './session-observer';
import { shortNames } from './waiting';

/**
 * What a unit may wait for locks, all its waits together. PostgreSQL's lock_timeout begins anew with each lock: a unit
 * that holds one table could wait for a second, a third and a fourth as long each, with the application queued behind
 * all of them. When the budget is spent, the running statement is cancelled.
 */
export class LockBudget {
  /** Milliseconds of each wait, by the time it began. */
  private readonly waits = new Map<string, number>();
  private blockers: readonly Blocker[] = [];
  private isSpent = false;
  /** Whether the newest look saw a wait. */
  private isWaiting = false;
  /** The newest wait, as long as nothing else is known; it began at `from` of our clock, or later where it was not seen. */
  private last: { readonly since: string | undefined; readonly from: number } = { since: undefined, from: 0 };
  private started = 0;

  constructor(
    private readonly observer: SessionObserver,
    /** Of the server process that works. */
    private readonly pid: number,
    /** Milliseconds. */
    private readonly limit: number,
    private readonly counted: Waits = 'all',
  ) {}

  /**
   * Runs `use` on what is left.
   *
   * @param also what else is looked at meanwhile.
   * @throws GateError (75, SQLSTATE 55P03) naming who was waited for.
   */
  async spend<T>(use: () => Promise<T>, also?: Look): Promise<T> {
    this.isSpent = false;
    this.started = Date.now();
    this.last = { since: undefined, from: this.started };
    const before = this.known();
    const look: Look = (session) => this.look(session);
    try {
      const watch = { pid: this.pid, look: also ? both(look, also) : look, patience: this.patience };
      const result = await this.observer.during(watch, use);
      this.tell(this.known() - before, true);
      return result;
    } catch (error) {
      const failure = this.failureOf(error);
      const waited = failure instanceof GateError && failure.sqlstate === SqlState.LOCK_NOT_AVAILABLE;
      this.tell((waited ? this.total(Date.now()) : this.known()) - before, !waited);
      throw failure;
    }
  }

  /** What a failure of the work is where it was the budget that ended it. */
  private failureOf(error: unknown): unknown {
    if (!(error instanceof GateError)) return error;
    if (this.isSpent && error.sqlstate === SqlState.QUERY_CANCELED) return this.spent(error);
    if (error.sqlstate !== SqlState.LOCK_NOT_AVAILABLE) return error;
    return this.total(Date.now()) >= this.limit ? this.spent(error) : this.refused(error);
  }

  /** A wait is known only where somebody looked, and nobody looks at what lasts a moment. */
  private tell(milliseconds: number, isObtained: boolean): void {
    if (milliseconds <= 0 && isObtained) return;
    this.observer.context.activity.happened({
      ...({ kind: 'lock_wait', lock: 'statement' } as const),
      ...{ milliseconds: Math.round(milliseconds), isObtained },
    });
  }

  private async look(session: Session): Promise<Act | undefined> {
    const { activity } = this.observer.context;
    const { statement } = activity;
    const asked = Date.now();
    const wait = await readWait(session, this.pid, this.counted);
    // What an earlier statement did not wait for says nothing of this one.
    if (asked >= this.started) {
      this.last = { since: wait?.since, from: asked - (wait?.milliseconds ?? 0) };
    }
    if (!wait) {
      if (this.isWaiting) activity.saw(statement, {});
      this.isWaiting = false;
      return undefined;
    }
    this.isWaiting = true;
    // A look that the statement did not wait for can end after a newer one of the same wait.
    this.waits.set(wait.since, Math.max(wait.milliseconds, this.waits.get(wait.since) ?? 0));
    const found = await readBlockers(session, this.pid);
    if (found.length > 0) this.blockers = found;
    activity.saw(statement, { waitsFor: shortNames(found) });
    if (this.known() < this.limit) return undefined;
    return async () => {
      this.isSpent = true;
      await session.query('select pg_cancel_backend($1)', [this.pid]);
    };
  }

  /** A second connection costs more than most units do; a wait is known from its beginning, whenever it is looked at. */
  private get patience(): number {
    return Math.min(Math.max(this.limit / 10, 200), 500);
  }

  private known(except?: string): number {
    return [...this.waits].reduce(
      (sum, [since, milliseconds]) => sum + (since === except ? 0 : milliseconds),
      0,
    );
  }

  /** With what nobody has looked at yet, because the server gave up between two looks or there was none. */
  private total(now: number): number {
    return this.known(this.last.since) + now - this.last.from;
  }

  private spent(failure: GateError): GateError {
    return this.named(failure, {
      message: `${failure.place ? `${renderPlace(failure.place)}: ` : ''}the locks were not obtained within ${this.limit} ms (SQLSTATE 55P03 lock_not_available)`,
      remedy:
        'end the sessions that hold the locks or run at a quieter time; LOCK_TIMEOUT_MS and LOCK_RETRIES set the limits',
    });
  }

  /** NOWAIT, or a lock_timeout of the file's own. */
  private refused(failure: GateError): GateError {
    return this.named(failure, {
      message: failure.message,
      remedy:
        'end the sessions that hold the lock or run at a quieter time; the file itself limits the wait (NOWAIT or lock_timeout)',
    });
  }

  private named(
    failure: GateError,
    { message, remedy }: { readonly message: string; readonly remedy: string },
  ): GateError {
    const names = this.blockers.map((blocker) => `- ${renderBlocker(blocker)}`).join('\n');
    const prepared = this.blockers.flatMap((blocker) => ('gid' in blocker ? [endPrepared(blocker)] : []));
    return failure.with({
      ...{ exit: 'TRY_AGAIN', message, sqlstate: SqlState.LOCK_NOT_AVAILABLE, cause: failure },
      detail: [failure.detail, names && `blocked by:\n${names}`].filter(Boolean).join('\n'),
      remedy: [...prepared, remedy].join('; '),
    });
  }
}
