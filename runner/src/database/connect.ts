import { setTimeout as sleep } from 'node:timers/promises';
import type { Activity } from '../activity/activity';
import type { Connection } from '../config/connection';
import type { Limits } from '../config/settings';
import { GateError } from '../errors/gate-error';
import type { Reporter } from '../report/reporter';
import type { Attempt } from './attempt';
import type { SessionOptions } from './driver-options';
import { NoticeLog } from './notice-log';
import { type Session, withSession } from './session';

export interface ConnectContext {
  readonly connection: Connection;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly activity: Activity;
  /** One statement that is asked with the login, see {@link SessionOptions}. */
  readonly opening?: string | undefined;
  /** The first attempt, where its connection was begun already. */
  readonly ahead?: Attempt | undefined;
  /** What is made ready meanwhile; waited for before it tries again. Where that fails, it ends and tells of no attempt. */
  readonly meanwhile?: (() => Promise<unknown>) | undefined;
}

/**
 * Opens a session; while the database can't be reached, it tries again until `connectRetry` is spent. A wrong
 * password or database is no reason to wait and fails at once.
 *
 * @throws GateError: 69 unreachable, 77 login refused, 78 no such database.
 */
export async function withDatabase<T>(
  context: ConnectContext,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const notices = new NoticeLog(context.activity, context.reporter);
  const unfollow = context.activity.follow(notices);
  try {
    return await connected(context, (notice) => notices.see(notice), use);
  } finally {
    unfollow();
    notices.flush();
  }
}

async function connected<T>(
  context: ConnectContext,
  onNotice: SessionOptions['onNotice'],
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { connection, limits, signal, reporter, activity, opening, meanwhile } = context;
  let { ahead } = context;
  const deadline = Date.now() + limits.connectRetry;
  for (let attempt = 1; ; attempt++) {
    let opened = false;
    try {
      return await withSession(
        { connection, connectTimeout: limits.connectTimeout, signal, onNotice, opening, ahead, meanwhile },
        (session) => {
          opened = true;
          return use(session);
        },
      );
    } catch (error) {
      if (opened) throw error;
      ahead = undefined;
      const { connectError } = await import('./connecting');
      const failure = connectError(error, connection);
      const pause = Math.min(500 * 2 ** (attempt - 1), 5000);
      if (failure.exit !== 'UNAVAILABLE' || Date.now() + pause > deadline) throw failure;
      await meanwhile?.();
      activity.happened({ kind: 'retry', reason: 'connection', message: failure.message });
      reporter.warn('connect_retry', `${failure.message}; trying again${mayBePolicy(failure, attempt)}`, {
        attempt,
      });
      await sleep(pause, undefined, { signal }).catch(() => {
        throw new GateError('TRY_AGAIN', 'interrupted while waiting for the database');
      });
    }
  }
}

/** What a new pod meets at first, while the network plugin is still at work. */
function mayBePolicy({ message }: GateError, attempt: number): string {
  return attempt === 1 && /^(?:DNS|TCP): /.test(message)
    ? ', because a NetworkPolicy can take a moment to let a new pod through'
    : '';
}
