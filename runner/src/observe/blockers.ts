import type { Session } from '../database/session';

/** A session that another one waits for. Its query is left out: it can carry values. */
export interface Blocker {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly query_start: string | null;
}

/** The sessions that hold, or are queued in front of, the lock that the session with this process id waits for. */
export async function readBlockers(observer: Session, pid: number): Promise<Blocker[]> {
  return observer.query<Blocker>(
    `select b.pid, a.usename as user, nullif(a.application_name, '') as application, a.state,
            to_char(a.query_start, 'YYYY-MM-DD HH24:MI:SS TZ') as query_start
       from unnest(pg_blocking_pids($1)) as b (pid)
       left join pg_stat_activity a on a.pid = b.pid
      where b.pid <> 0
      order by a.xact_start nulls last, b.pid
      limit 20`,
    [pid],
  );
}

export function renderBlocker({ pid, user, application, state, query_start }: Blocker): string {
  const who = [user && `user ${user}`, application && `application ${application}`, state];
  const known = [...who, query_start && `query started ${query_start}`].filter(Boolean);
  return `pid ${pid}${known.length > 0 ? ` (${known.join(', ')})` : ''}`;
}
