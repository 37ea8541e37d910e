import type { Session } from '../database/session';
import type { Reporter } from '../report/reporter';
import type { RowInsert } from './run-row';

interface LostRun {
  readonly id: string;
  readonly startedAt: string;
  readonly job: string | null;
  readonly pod: string | null;
}

/**
 * Inserts the row of a run that holds the migration lock, and says which runs before it never wrote their end: under the
 * lock none of them can be at work. Behind a pooler a run holds the lock only while it is in a transaction, so nobody
 * knows.
 *
 * @param there columns of the table.
 */
export async function insertAfterLost(
  session: Session,
  { text, parameters }: RowInsert,
  {
    table,
    history,
    there,
  }: { readonly table: string; readonly history: string; readonly there: readonly string[] },
  reporter: Reporter,
): Promise<void> {
  if (session.pooled) {
    await session.query(text, parameters);
    return;
  }
  const optional = (name: string) => (there.includes(name) ? name : `null as ${name}`);
  // Both parts see the table as it was before.
  const lost = await session.query<LostRun>(
    `with added as (${text})
     update ${table} set outcome = 'lost'
      where history_table = $${parameters.length + 1} and outcome = 'running'
     returning run_id::text as id, ${optional('job')}, ${optional('pod')},
               to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "startedAt"`,
    [...parameters, history],
  );
  for (const { id, startedAt, job, pod } of lost) {
    const where = [job && `job ${job}`, pod && `pod ${pod}`].filter(Boolean).join(', ');
    reporter.warn(
      'previous_run_lost',
      `run ${id}, begun at ${startedAt}${where && ` (${where})`}, never wrote its end: it was killed, lost its connection, or could not write here; what it had committed stays`,
      {
        lost_run_id: id,
        started_at: startedAt,
        ...(job && { lost_job: job }),
        ...(pod && { lost_pod: pod }),
      },
    );
  }
}
