import { withinSavepoint } from '../database/behind-savepoint';
import type { Session } from '../database/session';
import { requirePrivileges, stateTable } from '../database/state-tables';
import type { DatabaseContext } from '../run-context';
import { ensureRuns } from './record-beginning';
import type { CommittedOutcome } from './recorded-run';
import type { RunPurpose } from './run-purpose';
import { insertOf, runRow } from './run-row';
import { warnUnrecorded } from './warn-unrecorded';

/** What became of a migration, or of its row in the history, without any of its statements. */
export interface RecordedChange {
  readonly migration: string;
  readonly hash: string | null;
  readonly outcome: Exclude<CommittedOutcome, 'applied' | 'undone'>;
}

/**
 * Records a run inside the open transaction that does all of its work, as its last act: what is rolled back leaves no
 * record of itself. Where the server refuses it, the change is made all the same, with one warning.
 */
export async function recordChange(
  session: Session,
  context: DatabaseContext,
  purpose: RunPurpose,
  changes: readonly RecordedChange[] = [],
): Promise<void> {
  const { migrations: settings } = context.settings;
  const at = new Date().toISOString();
  const migrations = changes.map(({ outcome, ...change }) => ({ ...change, [`${outcome}_at`]: at }));
  const refusal = await withinSavepoint(session, 'drizzle_gate_runs', async () => {
    const there = await ensureRuns(session, context);
    await requirePrivileges(session, settings, 'runs', ['INSERT']);
    const row = {
      ...{ ...runRow(context, purpose), migrations: JSON.stringify(migrations) },
      ...{ outcome: 'succeeded', exit_code: 0 },
    };
    const { text, parameters } = insertOf(stateTable(settings, 'runs'), row, there, {
      started_at: 'now()',
      finished_at: 'clock_timestamp()',
    });
    await session.query(text, parameters);
  });
  if (refusal) warnUnrecorded(refusal, context);
}
