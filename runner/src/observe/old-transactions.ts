import type { Session } from '../database/session';
import type { Reporter } from '../report/reporter';
import { type BlockingSession, renderBlocker } from './blockers';
import type { Waiting } from './waiting';

interface OldTransaction extends BlockingSession {
  readonly seconds: string;
}

/** Younger ones mostly end before it comes to wait for them. */
const OLD_SECONDS = 10;

/**
 * Names the transactions that a concurrent statement will have to wait for, before it starts: an index build waits for
 * the end of every older snapshot in the database, whatever table that reads, and prepared transactions never end by
 * themselves.
 */
export async function reportOldTransactions(
  session: Session,
  { what, migration }: Waiting,
  reporter: Reporter,
): Promise<void> {
  const old = await session.query<OldTransaction>(
    `select pid, usename as user, nullif(application_name, '') as application, state,
            to_char(query_start, 'YYYY-MM-DD HH24:MI:SS TZ') as query_start,
            floor(extract(epoch from clock_timestamp() - xact_start)) as seconds
       from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        and xact_start < clock_timestamp() - interval '${OLD_SECONDS} seconds'
      order by xact_start
      limit 10`,
  );
  for (const transaction of old) {
    reporter.warn(
      'old_transaction',
      `${what} may wait for a transaction that is ${transaction.seconds} s old: ${renderBlocker(transaction)}`,
      { migration, pid: transaction.pid, remedy: 'end it if it is forgotten' },
    );
  }
  const prepared = await session.query<{ gid: string; owner: string }>(
    `select gid, owner from pg_prepared_xacts where database = current_database() order by prepared limit 10`,
  );
  for (const { gid, owner } of prepared) {
    reporter.warn(
      'old_transaction',
      `${what} may wait for the prepared transaction ${JSON.stringify(gid)} of ${owner}`,
      { migration, remedy: 'COMMIT PREPARED or ROLLBACK PREPARED it' },
    );
  }
}
