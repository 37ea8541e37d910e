import { compareHistory, type Journal } from '../../../core/journal';
import { executeStatement } from '../database/execute-statement';
import { addHistoryRow, readHistory } from '../database/history';
import { lockTransaction } from '../database/lock';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import type { DatabaseContext } from '../run-context';
import type { PlannedMigration, Unit } from './plan-units';

/** Applies all migrations of a unit with their history rows, or none of them. */
export async function applyTransactional(
  session: Session,
  unit: Unit,
  journal: Journal,
  context: DatabaseContext,
): Promise<void> {
  const { migrations: settings } = context.settings;
  await withTransaction(session, async () => {
    await lockTransaction(session, settings);
    await assertStillPending(session, unit, journal, context);
    for (const planned of unit.migrations) {
      await applyStatements(session, planned, context);
      await resetSession(session, context.settings.limits, 'local');
      await addHistoryRow(session, settings, planned.migration);
    }
  });
}

/** Behind a transaction pooler the session's lock does not hold; then this is what makes "exactly once" true. */
async function assertStillPending(
  session: Session,
  unit: Unit,
  journal: Journal,
  { settings }: DatabaseContext,
): Promise<void> {
  // All files are compared, not the unit's alone: a row of one with the same content or time would pass for another's.
  const rows = (await readHistory(session, settings.migrations)) ?? [];
  const pending = new Set(compareHistory(journal.migrations, rows).pending);
  if (unit.migrations.every(({ migration }) => pending.has(migration))) return;
  throw new GateError('TRY_AGAIN', 'another runner applied migrations in the meantime', {
    remedy: 'run again; the history is compared anew',
  });
}

async function applyStatements(
  session: Session,
  { migration, statements }: PlannedMigration,
  context: DatabaseContext,
): Promise<void> {
  await resetSession(session, context.settings.limits, 'local');
  const origin = { file: `${migration.tag}.sql`, script: migration.sql, migration: migration.tag };
  for (const statement of statements) {
    await executeStatement(session, statement, origin);
  }
}
