import type { Session } from '../../database/session';
import { conflicts, type LockMode } from '../../sql/effects/lock-mode';
import type { PendingStatement } from './analyse-pending';

export interface Patience {
  /** Seconds after which an open transaction is worth a word, whatever it holds. */
  readonly any: number;
  /** Seconds after which one that holds a lock in the way is not just an ordinary query. */
  readonly inTheWay: number;
}

const PATIENCE: Patience = { any: 60, inTheWay: 5 };

export interface BlockingSession {
  /** Undefined for a prepared transaction. */
  readonly pid: number | undefined;
  /** Who it is and since when; never what it runs. */
  readonly description: string;
  /** The pending statement that will wait for it; undefined when it is only old. */
  readonly waiting:
    | { readonly tag: string; readonly mode: LockMode; readonly on: string; readonly held: LockMode }
    | undefined;
}

interface Row {
  readonly pid: number | null;
  readonly name: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly transaction_seconds: number | null;
  readonly query_start: string | null;
  readonly locks: readonly { readonly oid: string; readonly mode: string }[];
}

/**
 * Finds the transactions of others that a pending statement will wait for, and those that are open for long.
 * The role may be forbidden to see when others began; then only what they hold is known.
 */
export async function findBlockingSessions(
  session: Session,
  pending: readonly PendingStatement[],
  patience: Patience = PATIENCE,
): Promise<BlockingSession[]> {
  const expected = pending.flatMap(({ tag, locks }) => locks.map((lock) => ({ tag, ...lock })));
  const oids = [...new Set(expected.map(({ relation }) => relation.oid))];
  const rows = await readTransactions(session, oids);
  return rows.flatMap((row): BlockingSession[] => {
    const seconds = row.transaction_seconds ?? undefined;
    const waiting = row.locks
      .map(({ oid, mode }) => ({ oid, held: modeOf(mode) }))
      .flatMap(({ oid, held }) =>
        expected
          .filter(({ relation, mode }) => relation.oid === oid && conflicts(mode, held))
          .map(({ tag, mode, relation }) => ({ tag, mode, on: relation.name, held })),
      )[0];
    const lingers =
      seconds === undefined ||
      seconds > patience.inTheWay ||
      /^(?:idle in|prepared) transaction/.test(row.state ?? '');
    if (!(waiting && lingers) && !(seconds !== undefined && seconds > patience.any)) return [];
    return [{ pid: row.pid ?? undefined, description: describe(row), waiting }];
  });
}

async function readTransactions(session: Session, oids: readonly string[]): Promise<Row[]> {
  return session.query<Row>(
    `with held as (
       select l.pid, l.virtualtransaction, json_agg(json_build_object('oid', l.relation::text, 'mode', l.mode)) as locks
         from pg_locks l
        where l.granted and l.locktype = 'relation'
          and l.database = (select oid from pg_database where datname = current_database())
          and l.relation::text in (select json_array_elements_text($1::text::json))
        group by 1, 2
     )
     select a.pid, a.usename as name, a.application_name as application, a.state,
            extract(epoch from clock_timestamp() - a.xact_start)::float8 as transaction_seconds,
            to_char(a.query_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as query_start,
            coalesce(h.locks, '[]') as locks
       from pg_stat_activity a left join held h on h.pid = a.pid
      where a.datname = current_database() and a.pid <> pg_backend_pid()
        and coalesce(a.backend_type, 'client backend') = 'client backend'
        and (a.xact_start is not null or h.pid is not null)
     union all
     select null, p.owner, p.gid, 'prepared transaction',
            extract(epoch from clock_timestamp() - p.prepared)::float8, null, coalesce(h.locks, '[]')
       from pg_prepared_xacts p
       left join pg_locks x on x.pid is null and x.locktype = 'transactionid' and x.transactionid = p.transaction
       left join held h on h.pid is null and h.virtualtransaction = x.virtualtransaction
      where p.database = current_database()
      order by transaction_seconds desc nulls last, pid`,
    [JSON.stringify(oids)],
  );
}

function describe({ pid, name, application, state, transaction_seconds, query_start }: Row): string {
  const user = `user ${name ?? 'unknown'}`;
  const age =
    transaction_seconds === null ? '' : `, transaction open for ${Math.round(transaction_seconds)} s`;
  // Both are free text of somebody else.
  const named = JSON.stringify(application ?? '');
  if (pid === null) return `prepared transaction ${named} (${user}${age})`;
  const since = query_start ? `, last query begun at ${query_start}` : '';
  return `pid ${pid} (${user}, application ${named}, ${state ?? 'state hidden from this role'}${age}${since})`;
}

/** `ShareRowExclusiveLock` as the documentation writes it. */
function modeOf(mode: string): LockMode {
  const words = mode.replace(/Lock$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return words.toUpperCase() as LockMode;
}
