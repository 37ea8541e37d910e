import { setTimeout as sleep } from 'node:timers/promises';
import { type Comparison, compareHistory, type Journal } from '../../../core/journal';
import { ensureHistory, readHistory } from '../database/history';
import { withMigrationLock } from '../database/lock';
import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { SqlState } from '../errors/sqlstate';
import { toGateError } from '../errors/to-gate-error';
import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';
import { applyNonTransactional } from './apply-non-transactional';
import { applyTransactional } from './apply-transactional';
import { assertComparison } from './assert-comparison';
import { planUnits, type Unit } from './plan-units';

export interface MigrateResult {
  /** Tags in the order in which they were applied. */
  readonly applied: readonly string[];
  readonly total: number;
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
  const { settings, reporter, signal } = context;
  const lock = { settings: settings.migrations, wait: settings.limits.lockWait, signal, reporter };
  return withMigrationLock(session, lock, async () => {
    const before = await compare(session, journal, context);
    assertComparison(before, reporter);
    const units = await planUnits(before.pending);
    if (units.length === 0) {
      reporter.info(
        'nothing_pending',
        `nothing is pending: ${plural(journal.migrations.length, 'migration')} applied`,
      );
    } else {
      await ensureHistory(session, settings.migrations);
    }
    for (const unit of units) await applyUnit(session, unit, journal, context);
    const { pending } = await compare(session, journal, context);
    if (pending.length > 0) {
      throw new GateError('INTERNAL', `still pending after the run: ${plural(pending.length, 'migration')}`, {
        detail: pending.map(({ tag }) => tag).join('\n'),
        remedy: 'look for another program that changes the history table, and run again',
      });
    }
    return { applied: before.pending.map(({ tag }) => tag), total: journal.migrations.length };
  });
}

async function compare(
  session: Session,
  journal: Journal,
  { settings }: DatabaseContext,
): Promise<Comparison> {
  return compareHistory(journal.migrations, (await readHistory(session, settings.migrations)) ?? []);
}

async function applyUnit(
  session: Session,
  unit: Unit,
  journal: Journal,
  context: DatabaseContext,
): Promise<void> {
  const { reporter } = context;
  const tags = unit.migrations.map(({ migration }) => migration.tag);
  const started = Date.now();
  const how = unit.transactional ? 'in one transaction' : 'outside a transaction';
  reporter.info('unit_started', `applying ${tags.join(', ')} ${how}`, { migrations: tags });
  const [first] = unit.migrations;
  if (unit.transactional)
    await retryLocks(context, () => applyTransactional(session, unit, journal, context));
  else if (first) await applyNonTransactional(session, first, context);
  for (const tag of tags) reporter.info('migration_applied', `applied ${tag}`, { migration: tag });
  reporter.info('unit_committed', `committed ${tags.length} in ${Date.now() - started} ms`, {
    migrations: tags,
    duration_ms: Date.now() - started,
  });
}

/** A unit that did not get its locks was rolled back whole, so it can be tried again; nothing else is. */
async function retryLocks(context: DatabaseContext, apply: () => Promise<void>): Promise<void> {
  const { lockRetries } = context.settings.limits;
  for (let attempt = 1; ; attempt++) {
    try {
      return await apply();
    } catch (error) {
      const failure = toGateError(error);
      if (failure.sqlstate !== SqlState.LOCK_NOT_AVAILABLE || attempt > lockRetries) throw failure;
      const pause = Math.min(500 * 2 ** (attempt - 1), 15_000) * (0.75 + Math.random() / 2);
      context.reporter.warn(
        'unit_retried',
        `${failure.message}; trying again in ${Math.ceil(pause / 1000)} s`,
        {
          attempt,
          sqlstate: failure.sqlstate,
        },
      );
      await sleep(pause, undefined, { signal: context.signal }).catch(() => {
        throw new GateError('TRY_AGAIN', 'interrupted while waiting for locks', { remedy: 'run again' });
      });
    }
  }
}
