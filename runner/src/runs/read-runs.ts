import type { MigrationSettings } from '../config/settings';
import { lockedElsewhere, lockHalves } from '../database/lock';
import type { Session } from '../database/session';
import { requirePrivileges, stateTable, stateTableExists } from '../database/state-tables';
import { type RecordedRow, recordedRun } from './read-row';
import type { RecordedRun } from './recorded-run';

export interface RunsWanted {
  /** How many of the newest. */
  readonly limit?: number;
  /** Only those whose id begins so. */
  readonly id?: string | undefined;
}

/** Older ones are shown on request. */
export const RUNS_SHOWN = 50;

/**
 * Reads the last runs of this history, the newest first; none where nothing was ever recorded. A table of an older version
 * may lack columns.
 *
 * @throws GateError (77) when this role may not read the records.
 */
export async function readRuns(
  session: Session,
  settings: MigrationSettings,
  { limit = RUNS_SHOWN, id = '' }: RunsWanted = {},
): Promise<RecordedRun[]> {
  if (!(await stateTableExists(session, settings, 'runs'))) return [];
  await requirePrivileges(session, settings, 'runs', ['SELECT']);
  const table = stateTable(settings, 'runs');
  const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const rows = await session.query<RecordedRow>(
    `select case when outcome <> 'running' then outcome
                 when ${lockedElsewhere(['$2', '$3'])} and not exists (
                   select from ${table} later
                    where later.history_table = r.history_table and later.started_at > r.started_at
                      -- Others have not worked, so that they say nothing of who does.
                      and (later.outcome in ('running', 'succeeded') or later.migrations <> '[]')) then outcome
                 else 'lost' end as outcome,
            ${time('started_at')} as "startedAt", ${time('finished_at')} as "finishedAt",
            round(extract(epoch from finished_at - started_at) * 1000)::float8 as "durationMs",
            (to_jsonb(r) - 'plan')::text as recorded, case command when 'rollback-kept' then to_jsonb(r) ->> 'plan' end as plan,
            case when outcome in ('running', 'lost') then (to_jsonb(r) -> 'plan' -> 'members')::text end as planned
       from ${table} r
      where history_table = $1 and starts_with(run_id::text, $4)
      order by started_at desc, run_id limit $5::int`,
    [settings.table, ...lockHalves(settings), id.toLowerCase(), limit],
  );
  return rows.map(recordedRun);
}
