import type { MigrationSettings } from '../../config/settings';
import type { Session } from '../../database/session';
import { stateTable } from '../../database/state-tables';
import { type RecordedPlan, tokenDigest } from './recorded-plan';

/** A rollback of which there is a run record. */
export interface RecordedRollback {
  readonly runId: string;
  /** ISO 8601; null while it runs, or when it was killed. */
  readonly finishedAt: string | null;
  readonly succeeded: boolean;
  /** Whether something of it was committed. */
  readonly hasUndone: boolean;
  readonly plan: RecordedPlan;
}

/**
 * Finds the rollbacks of this history that a token confirmed, the newest first. It never fails on a table that is absent,
 * may not be read, or is of an older version.
 */
export async function findRollbacks(
  session: Session,
  settings: MigrationSettings,
  token: string,
): Promise<RecordedRollback[]> {
  const table = stateTable(settings, 'runs');
  const [may] = await session.query<{ read: boolean | null }>(
    `select has_table_privilege(to_regclass($1), 'SELECT') as read`,
    [table],
  );
  if (!may?.read) return [];
  const rows = await session.query<Omit<RecordedRollback, 'plan'> & { plan: string }>(
    `select run_id::text as "runId", to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "finishedAt",
            outcome = 'succeeded' as succeeded, migrations <> '[]' as "hasUndone", (recorded -> 'plan')::text as plan
       from ${table} r, to_jsonb(r) as recorded
      where history_table = $1 and command = 'rollback' and recorded -> 'plan' ->> 'token' = $2
      order by started_at desc`,
    [settings.table, tokenDigest(token)],
  );
  return rows.map(({ plan, ...row }) => ({ ...row, plan: JSON.parse(plan) as RecordedPlan }));
}
