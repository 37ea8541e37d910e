import { withinSavepoint } from '../database/behind-savepoint';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { stateTable } from '../database/state-tables';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import type { DatabaseContext } from '../run-context';
import { lookAtRuns } from './look-at-runs';
import { insertOf, type RunRow } from './run-row';
import { trimRuns } from './trim-runs';

/** What belongs into the row of a failed run, once a transaction is open for it. */
export type FailedRow = (session: Session) => Promise<RunRow>;

/** What a record has of a run whose work is committed: a rollback finds by it that it is done. */
const STAYS_DONE = `r.command = 'rollback' and r.outcome = 'succeeded'`;

/** By column. Where the answer to a COMMIT was lost, the row knows what is committed all the same. */
const TOLD = {
  failure: 'excluded.failure',
  uncommitted: `(select coalesce(jsonb_agg(entry order by place), '[]')
                   from jsonb_array_elements(excluded.uncommitted) with ordinality as all_of (entry, place)
                  where not r.migrations @> jsonb_build_array(jsonb_build_object('migration', entry -> 'migration')))`,
};

/**
 * Writes how a run failed, in a transaction of its own: into its row, or into a new one where it had none yet. Nothing is
 * made for that. With it go the oldest records of runs that changed nothing.
 *
 * @param elapsed milliseconds since the run began.
 * @throws GateError when the role may not write it, or the server refuses.
 */
export async function writeFailure(
  session: Session,
  { settings }: Pick<DatabaseContext, 'settings'>,
  rowOf: FailedRow,
  { elapsed, most }: { readonly elapsed: number; readonly most?: number },
): Promise<void> {
  const { migrations, limits } = settings;
  const table = stateTable(migrations, 'runs');
  await withTransaction(session, async () => {
    await resetSession(session, limits);
    const found = await lookAtRuns(session, migrations);
    if (!found?.isWritable) return;
    const needed = found.missing.filter((privilege) => privilege !== 'DELETE');
    if (needed.length > 0) {
      const names = needed.join(', ');
      throw new GateError('ACCESS', `no privilege ${names} on ${table}`, {
        remedy: `grant ${names} on ${table} to the role that migrates`,
      });
    }
    const { columns } = found;
    const { text, parameters } = insertOf(table, await rowOf(session), columns, {
      started_at: `clock_timestamp() - interval '1 millisecond' * ${Math.max(0, Math.round(elapsed))}`,
      finished_at: 'clock_timestamp()',
    });
    const told = Object.entries(TOLD).filter(([name]) => columns.includes(name));
    await session.query(
      `${text.replace(table, () => `${table} as r`)}
       on conflict (run_id) do update set finished_at = excluded.finished_at,
         migrations = r.migrations || excluded.migrations,
         outcome = case when ${STAYS_DONE} then r.outcome else excluded.outcome end,
         exit_code = case when ${STAYS_DONE} then r.exit_code else excluded.exit_code end
         ${told.map(([name, value]) => `, ${name} = ${value}`).join('')}`,
      parameters,
    );
    if (found.missing.includes('DELETE')) return;
    // Only tidiness: whatever refuses it, the record counts.
    await withinSavepoint(session, 'drizzle_gate_trim', () => trimRuns(session, migrations, columns, most));
  });
}
