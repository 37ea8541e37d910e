import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { type Blocker, readBlockers, renderBlocker } from './blockers';
import type { Act, SessionObserver } from './session-observer';

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

  constructor(
    private readonly observer: SessionObserver,
    /** Of the server process that works. */
    private readonly pid: number,
    /** Milliseconds. */
    private readonly limit: number,
  ) {}

  /** Runs `use` on what is left. @throws GateError (75, SQLSTATE 55P03) naming who was waited for. */
  async spend<T>(use: () => Promise<T>): Promise<T> {
    this.isSpent = false;
    try {
      return await this.observer.during((session) => this.look(session), use);
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const wasCancelled = this.isSpent && error.sqlstate === SqlState.QUERY_CANCELED;
      if (!wasCancelled && error.sqlstate !== SqlState.LOCK_NOT_AVAILABLE) throw error;
      throw this.spent(error);
    }
  }

  private async look(session: Session): Promise<Act | undefined> {
    const wait = await readWait(session, this.pid);
    if (!wait) return undefined;
    // A look that the statement did not wait for can end after a newer one of the same wait.
    this.waits.set(wait.since, Math.max(wait.milliseconds, this.waits.get(wait.since) ?? 0));
    const found = await readBlockers(session, this.pid);
    if (found.length > 0) this.blockers = found;
    const total = [...this.waits.values()].reduce((sum, milliseconds) => sum + milliseconds, 0);
    if (total < this.limit) return undefined;
    return async () => {
      this.isSpent = true;
      await session.query('select pg_cancel_backend($1)', [this.pid]);
    };
  }

  private spent(failure: GateError): GateError {
    const names = this.blockers.map((blocker) => `- ${renderBlocker(blocker)}`).join('\n');
    return new GateError(
      'TRY_AGAIN',
      `${failure.place ? `${failure.place}: ` : ''}the locks were not obtained within ${this.limit} ms (SQLSTATE 55P03 lock_not_available)`,
      {
        ...{ place: failure.place, migration: failure.migration, sqlstate: SqlState.LOCK_NOT_AVAILABLE },
        detail: [failure.detail, names && `blocked by:\n${names}`].filter(Boolean).join('\n'),
        remedy:
          'end the sessions that hold the locks or run at a quieter time; LOCK_TIMEOUT_MS and LOCK_RETRIES set the limits',
        cause: failure,
      },
    );
  }
}

async function readWait(
  observer: Session,
  pid: number,
): Promise<{ readonly since: string; readonly milliseconds: number } | undefined> {
  const [row] = await observer.query<{ since: string; milliseconds: string }>(
    `select waitstart::text as since, extract(epoch from clock_timestamp() - waitstart) * 1000 as milliseconds
       from pg_locks where pid = $1 and not granted and waitstart is not null`,
    [pid],
  );
  return row && { since: row.since, milliseconds: Number(row.milliseconds) };
}
