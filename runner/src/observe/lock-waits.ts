import type { Session } from '../database/session';

export interface LockWait {
  /** When it began, by the clock of the server. */
  readonly since: string;
  readonly milliseconds: number;
}

/** `all`, or only those behind which somebody who reads or writes a table can queue. */
export type Waits = 'all' | 'blocking';

/**
 * The session has or wants a lock on a table that reading or writing conflicts with: a request that is queued blocks
 * others as if it were granted.
 */
const BLOCKS_OTHERS = `exists (
  select from pg_locks l
   where l.pid = w.pid and l.locktype = 'relation'
     and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))`;

/** What the session with this process id waits for right now. */
export async function readWait(
  observer: Session,
  pid: number,
  waits: Waits = 'all',
): Promise<LockWait | undefined> {
  const [row] = await observer.query<{ since: string; milliseconds: string }>(
    `select waitstart::text as since, extract(epoch from clock_timestamp() - waitstart) * 1000 as milliseconds
       from pg_locks w
      where pid = $1 and not granted and waitstart is not null ${waits === 'all' ? '' : `and ${BLOCKS_OTHERS}`}`,
    [pid],
  );
  return row && { since: row.since, milliseconds: Number(row.milliseconds) };
}
