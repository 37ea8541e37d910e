import type { Journal } from '../../../core/journal';
import type { Session } from '../database/session';
import type { DatabaseContext } from '../run-context';
import { assertComparison } from './assert-comparison';
import { type Look, lookForNothing } from './first-look';
import { reportNothingPending } from './nothing-pending';

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
  const total = journal.migrations.length;
  const { settled, isNew } = await lookForNothing(session, journal, context);
  if (settled) {
    assertComparison(settled.comparison, reporter, settings.history);
    reportNothingPending(journal, context);
    return { applied: [], total, seen: settled };
  }
  // Most runs end here, and never load what follows.
  const { applyPending } = await import('./apply-pending');
  return applyPending(session, journal, context, isNew);
}
