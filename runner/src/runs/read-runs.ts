import type { MigrationSettings } from '../config/settings';
import { lockedElsewhere, lockKey } from '../database/lock';
import type { Session } from '../database/session';
import { requirePrivileges, stateTable, stateTableExists } from '../database/state-tables';

/** `lost` has written no end: it was killed, or lost its connection. */
export type RunOutcome = 'running' | 'succeeded' | 'failed' | 'lost';

/** What is recorded of a run that changed the database, or tried to. */
export interface RecordedRun {
  readonly id: string;
  readonly command: string;
  readonly outcome: RunOutcome;
  readonly exitCode: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /** What it applied or undid, in that order. */
  readonly migrations: readonly { readonly migration: string; readonly duration_ms: number }[];
  readonly runnerVersion: string;
  /** Null outside a cluster, and in what older runners wrote. */
  readonly image: string | null;
  readonly job: string | null;
  readonly pod: string | null;
}

/** Older ones are for those who ask the table itself. */
export const RUNS_SHOWN = 50;

/**
 * Reads the last runs of this history, the newest first; none where nothing was ever recorded. A table of an older version
 * may lack columns.
 *
 * @throws GateError (77) when this role may not read the records.
 */
export async function readRuns(session: Session, settings: MigrationSettings): Promise<RecordedRun[]> {
  if (!(await stateTableExists(session, settings, 'runs'))) return [];
  await requirePrivileges(session, settings, 'runs', ['SELECT']);
  const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const rows = await session.query<Omit<RecordedRun, 'migrations'> & { migrations: string }>(
    `select run_id::text as id, command, exit_code as "exitCode", runner_version as "runnerVersion",
            case when outcome <> 'running' then outcome
                 when row_number() over (order by started_at desc, run_id) = 1 and ${lockedElsewhere('$2')} then outcome
                 else 'lost' end as outcome,
            ${time('started_at')} as "startedAt", ${time('finished_at')} as "finishedAt",
            round(extract(epoch from finished_at - started_at) * 1000)::float8 as "durationMs",
            migrations::text as migrations,
            recorded ->> 'image' as image, recorded ->> 'job' as job, recorded ->> 'pod' as pod
       from ${stateTable(settings, 'runs')} r, to_jsonb(r) as recorded
      where history_table = $1
      order by started_at desc, run_id limit ${RUNS_SHOWN}`,
    [settings.table, lockKey(settings)],
  );
  return rows.map(({ migrations, ...run }) => ({ ...run, migrations: JSON.parse(migrations) }));
}
