import type { Session } from '../database/session';
import { type PreparedTransaction, readPreparedHolders, renderPrepared } from './prepared-transactions';

/** A session that another one waits for. Its query is left out: it can carry values. */
export interface BlockingSession {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly query_start: string | null;
}

export type Blocker = BlockingSession | PreparedTransaction;

/** Who holds, or is queued in front of, the lock that the session with this process id waits for. */
export async function readBlockers(observer: Session, pid: number): Promise<Blocker[]> {
  const found = await readSessions(observer, 'unnest(pg_blocking_pids($1::text::int))', String(pid));
  const sessions = found.filter((session) => session.pid !== 0);
  // A prepared transaction has no process; PostgreSQL gives 0 for it.
  if (sessions.length === found.length) return sessions;
  return [...sessions, ...(await readPreparedHolders(observer, pid))];
}

/** What is known of the sessions with these process ids, separated by commas. */
export async function readSessionsOf(observer: Session, pids: string): Promise<BlockingSession[]> {
  return readSessions(observer, `unnest(string_to_array($1, ',')::int[])`, pids);
}

async function readSessions(observer: Session, pids: string, value: string): Promise<BlockingSession[]> {
  return observer.query<BlockingSession>(
    `select b.pid, a.usename as user, nullif(a.application_name, '') as application, a.state,
            to_char(a.query_start, 'YYYY-MM-DD HH24:MI:SS TZ') as query_start
       from (select distinct pid from ${pids} as p (pid)) as b
       left join pg_stat_activity a on a.pid = b.pid
      order by a.xact_start nulls last, b.pid
      limit 20`,
    [value],
  );
}

export function pidOf(blocker: Blocker): number | undefined {
  return 'pid' in blocker ? blocker.pid : undefined;
}

export function renderBlocker(blocker: Blocker): string {
  if ('gid' in blocker) return renderPrepared(blocker);
  const { pid, user, application, state, query_start } = blocker;
  const who = [user && `user ${user}`, application && `application ${application}`, state];
  const known = [...who, query_start && `query started ${query_start}`].filter(Boolean);
  return `pid ${pid}${known.length > 0 ? ` (${known.join(', ')})` : ''}`;
}
