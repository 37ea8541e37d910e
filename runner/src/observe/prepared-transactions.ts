import type { Session } from '../database/session';

/** A transaction that PREPARE TRANSACTION left to a coordinator. It keeps its locks, over a restart too, until it is ended. */
export interface PreparedTransaction {
  readonly gid: string;
  readonly owner: string;
  readonly prepared: string;
}

/**
 * The prepared transactions that hold a lock on what the session with this process id waits for. Each holds a lock on its own
 * transaction id, by which it is found.
 */
export async function readPreparedHolders(observer: Session, pid: number): Promise<PreparedTransaction[]> {
  return observer.query<PreparedTransaction & Record<string, unknown>>(
    `select distinct p.gid, p.owner, to_char(p.prepared, 'YYYY-MM-DD HH24:MI:SS TZ') as prepared
       from pg_locks w
       join pg_locks h on h.granted and h.pid is null
        and (h.locktype, h.database, h.relation, h.page, h.tuple) is not distinct from
            (w.locktype, w.database, w.relation, w.page, w.tuple)
        and (h.transactionid, h.virtualxid, h.classid, h.objid, h.objsubid) is not distinct from
            (w.transactionid, w.virtualxid, w.classid, w.objid, w.objsubid)
       join pg_locks own on own.locktype = 'transactionid' and own.granted and own.pid is null
        and own.virtualtransaction = h.virtualtransaction
       join pg_prepared_xacts p on p.transaction = own.transactionid
      where w.pid = $1 and not w.granted
      order by 3, 1
      limit 20`,
    [pid],
  );
}

export function renderPrepared({ gid, owner, prepared }: PreparedTransaction): string {
  return `the prepared transaction ${JSON.stringify(gid)} (owner ${owner}, prepared ${prepared})`;
}

export function endPrepared({ gid }: PreparedTransaction): string {
  const literal = `'${gid.replaceAll("'", "''")}'`;
  return `end the prepared transaction: COMMIT PREPARED ${literal} or ROLLBACK PREPARED ${literal}`;
}
