import type { Journal } from '../../../core/journal';
import { lockOptions, withMigrationLock } from '../database/lock';
import type { Session } from '../database/session';
import { readStateFacts } from '../database/state-facts';
import { together } from '../database/together';
import type { DatabaseContext } from '../run-context';
import { assertComparison } from './assert-comparison';
import { type Look, lookForNothing } from './first-look';
import { reportNothingPending } from './nothing-pending';
import { historiesElsewhere } from './other-history';

export interface MigrateResult {
  /** Tags in the order in which they were applied. */
  readonly applied: readonly string[];
  readonly total: number;
  /** What the database had at the end. */
  readonly seen: Look;
}

/**
 * Applies what is pending under the migration lock, and reads the history again afterwards: it succeeds only when
 * nothing is pending.
 */
export async function migrate(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<MigrateResult> {
  const { settings, reporter } = context;
  const { settled, isNew, pending } = await lookForNothing(session, journal, context);
  if (settled) {
    assertComparison(settled.comparison, reporter, settings.history);
    reportNothingPending(journal, context);
    return { applied: [], total: journal.migrations.length, seen: settled };
  }
  // Most runs end here, and never load what follows. It is loaded while the lock is on its way.
  let loading: ReturnType<typeof load> | undefined;
  const load = async () => {
    // The driver writes what is short at the end of this turn or of the next.
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    const { applyPending, planAhead } = await import('./apply-pending');
    return { applyPending, ahead: planAhead(pending, session, context) };
  };
  const lookAtOnce = () => {
    const facts = readStateFacts(session, settings.migrations);
    // Asked for in vain where another runner makes the history just now.
    const elsewhere = isNew ? historiesElsewhere(session, settings.migrations, journal) : undefined;
    loading ??= load();
    return together([facts, elsewhere, loading]);
  };
  return withMigrationLock(
    session,
    lockOptions(context),
    ([facts, elsewhere, { applyPending, ahead }]) =>
      applyPending(session, journal, context, { facts, elsewhere, ahead }),
    lookAtOnce,
  );
}
