import type { Row, Session } from '../database/session';
import { withLiterals } from '../database/with-literals';
import type { Reporter } from '../report/reporter';
import { quoteLiteral } from '../sql/quote';
import type { RowInsert } from './run-row';

interface LostRun {
  readonly id: string;
  readonly startedAt: string;
  readonly job: string | null;
  readonly pod: string | null;
}

/**
 * The statement that inserts the row of a run that holds the migration lock, and gives the runs before it that never wrote
 * their end: under the lock none of them can be at work. Behind a pooler a run holds the lock only while it is in a
 * transaction, so nobody knows.
 *
 * @param there columns of the table.
 */
export function insertAfterLost(
  { pooled }: Pick<Session, 'pooled'>,
  { text, parameters }: RowInsert,
  {
    table,
    history,
    there,
  }: { readonly table: string; readonly history: string; readonly there: ReadonlySet<string> },
): string {
  const insert = withLiterals(text, parameters);
  if (pooled) return insert;
  const optional = (name: string) => (there.has(name) ? name : `null as ${name}`);
  // Both parts see the table as it was before.
  return `with added as (${insert})
     update ${table} set outcome = 'lost'
      where history_table = ${quoteLiteral(history)} and outcome = 'running'
     returning run_id::text as id, ${optional('job')}, ${optional('pod')},
               to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "startedAt"`;
}

/** Says which runs were lost, see {@link insertAfterLost}. */
export function reportLost(lost: readonly Row[], reporter: Reporter): void {
  for (const { id, startedAt, job, pod } of lost as readonly (Row & LostRun)[]) {
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
