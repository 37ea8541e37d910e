import { lockOptions, withLockedTransaction, withMigrationLock } from '../../database/lock';
import type { Session } from '../../database/session';
import { LockBudget } from '../../observe/lock-budget';
import { SessionObserver } from '../../observe/session-observer';
import type { DatabaseContext } from '../../run-context';
import { recordChange } from '../../runs/record-change';
import { findKept } from '../find-kept';
import { readKept } from '../kept-index';
import { KEPT_INDEX, keptName } from '../kept-schema';
import { reportRestored } from './report-restored';
import { type Restored, restoreCopies } from './restore-copies';
import { restoreError } from './restore-error';

/**
 * Puts back what a rollback kept, in one transaction under the migration lock, once the migration is applied again. The
 * copies stay until they are removed, so it can be done again: what is back already is not doubled.
 *
 * @throws GateError (81) when none of the tables is there; (82) when rows do not fit there now.
 */
export async function restoreKept(
  session: Session,
  wanted: string,
  context: DatabaseContext,
): Promise<Restored> {
  const { settings } = context;
  const lock = lockOptions(context);
  const observer = new SessionObserver(context);
  try {
    const restored = await withMigrationLock(session, lock, () =>
      withLockedTransaction(session, lock, async (pid) => {
        const kept = findKept(await readKept(session), wanted);
        return new LockBudget(observer, pid, settings.limits.lockTimeout).spend(async () => {
          const tables = kept.copies.length === 1 ? 'the table' : 'the tables';
          const done = await restoreCopies(session, kept, context).catch((error: unknown) => {
            throw restoreError(error, tables, kept.name);
          });
          await session.execute(`update ${keptName(kept.name, KEPT_INDEX)} set restored_at = now()`);
          const rows = done.copies.reduce((sum, copy) => sum + (copy.rows ?? 0), 0);
          const plan = { action: 'restored', schema: kept.name, rows };
          await recordChange(session, context, { command: 'rollback-kept', plan });
          return done;
        });
      }),
    );
    reportRestored(restored, context);
    return restored;
  } finally {
    await observer.close();
  }
}
