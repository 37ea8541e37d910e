import type { Progress, Sight } from '../activity/part';
import type { Session } from '../database/session';
import { type Blocker, readBlockers } from './blockers';

/** What is seen of a session that works. */
export interface SeenSession extends Pick<Sight, 'wait' | 'progress'> {
  readonly blockers: readonly Blocker[];
}

interface Row {
  readonly type: string | null;
  readonly event: string | null;
  readonly phase: string | null;
  readonly done: string | null;
  readonly total: string | null;
  readonly partition: string | null;
}

/**
 * How much of the phase that an index build is in is done, of how much. The counts of a phase stay when the next begins,
 * and a sort counts nothing.
 */
const counted = (what: 'done' | 'total') => `
  case when phase like 'waiting for %' then lockers_${what}
       when phase like '%sorting%' then null
       when phase like '%loading tuples in tree' or blocks_total = 0 then tuples_${what}
       else blocks_${what} end`;
export const INDEX_DONE = counted('done');
export const INDEX_TOTAL = counted('total');

/**
 * One row for the command that reports its progress, of all that do. A column that not all of PostgreSQL 14 to 18 have is
 * read from the row as JSON. Before its scan a command can have a total of 0, which says nothing.
 */
const PROGRESS = `
  select phase, null::text as partition, done, nullif(total, 0) as total
    from (
      select phase,
             case phase when 'vacuuming heap' then heap_blks_vacuumed when 'scanning heap' then heap_blks_scanned
                        else (to_jsonb(v) ->> 'indexes_processed')::bigint end as done,
             case when phase in ('vacuuming heap', 'scanning heap') then heap_blks_total
                  else (to_jsonb(v) ->> 'indexes_total')::bigint end as total
        from pg_stat_progress_vacuum v where v.pid = $1
       union all
      select phase,
             case phase when 'seq scanning heap' then heap_blks_scanned when 'writing new heap' then heap_tuples_written
                        when 'index scanning heap' then heap_tuples_scanned end,
             case phase when 'seq scanning heap' then heap_blks_total when 'writing new heap' then heap_tuples_scanned end
        from pg_stat_progress_cluster where pid = $1
       union all
      select phase,
             case phase when 'computing extended statistics' then ext_stats_computed else sample_blks_scanned end,
             case phase when 'computing extended statistics' then ext_stats_total else sample_blks_total end
        from pg_stat_progress_analyze where pid = $1
       union all
      select lower(command), case when bytes_total > 0 then bytes_processed else tuples_processed end, bytes_total
        from pg_stat_progress_copy where pid = $1
    ) as p
   union all
  select phase,
         case when partitions_total > 0
              then format('%s of %s', least(partitions_done + 1, partitions_total), partitions_total) end,
         ${INDEX_DONE}, nullif(${INDEX_TOTAL}, 0)
    from pg_stat_progress_create_index where pid = $1`;

/**
 * Reads how the statement of the session with this process id goes on, in one question, and in a second one who blocks it
 * where it waits for a lock. A role sees all of this of its own sessions.
 */
export async function readSight(observer: Session, pid: number): Promise<SeenSession> {
  const [row] = await observer.query<Row & Record<string, unknown>>(
    `select a.wait_event_type as type, a.wait_event as event, p.phase, p.partition, p.done, p.total
       from pg_stat_activity a
       left join lateral (${PROGRESS}) as p on true
      where a.pid = $1
      limit 1`,
    [pid],
  );
  const wait = row?.type && row.event ? { type: row.type, event: row.event } : undefined;
  return {
    ...{ wait, progress: row && progressOf(row) },
    blockers: wait?.type === 'Lock' ? await readBlockers(observer, pid) : [],
  };
}

function progressOf({ phase, partition, done, total }: Row): Progress | undefined {
  if (phase === null) return undefined;
  const number = (value: string | null) => (value === null ? undefined : Number(value));
  return { phase, partition: partition ?? undefined, done: number(done), total: number(total) };
}
