import type { MigrationSettings } from '../config/settings';
import type { Session } from '../database/session';
import { stateTable } from '../database/state-tables';

/** Records of runs that changed nothing are kept in this number; those of the others for ever. */
const MOST_IDLE = 200;

/**
 * Deletes the oldest records of runs that changed nothing. What changed something stays: when a migration was applied, and
 * what a rollback was confirmed for, is read from there. So does what may have stopped midway.
 */
export async function trimRuns(
  session: Session,
  settings: MigrationSettings,
  columns: readonly string[],
  most = MOST_IDLE,
): Promise<void> {
  const table = stateTable(settings, 'runs');
  const midway = columns.includes('uncommitted')
    ? `uncommitted is not null and not uncommitted @> '[{"outcome": "halfway"}]'`
    : 'false';
  await session.query(
    `delete from ${table} where run_id in (
       select run_id from ${table}
        where history_table = $1 and migrations = '[]'
          and case outcome
                when 'failed' then ${midway}
                when 'lost' then command <> 'rollback'
                -- Another runner was quicker.
                when 'succeeded' then command in ('migrate', 'rollback')
                -- Behind a pooler nobody knows that it was lost.
                when 'running' then command <> 'rollback' and started_at < now() - interval '7 days'
                else false end
        order by started_at desc, run_id offset $2::int for update skip locked)`,
    [settings.table, most],
  );
}
