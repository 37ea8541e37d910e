import type { Comparison, Journal, Migration } from '../../../core/journal';
import type { AllProgress } from '../database/all-progress';
import { ensureHistory } from '../database/history';
import { lockOptions, withLockedTransaction } from '../database/lock';
import { progressUnreadable } from '../database/progress';
import type { Session } from '../database/session';
import type { StateFacts } from '../database/state-facts';
import { GateError } from '../errors/gate-error';
import { SessionObserver } from '../observe/session-observer';
import { plural } from '../report/plural';
import { storingScripts } from '../rollback/script-store';
import type { DatabaseContext } from '../run-context';
import { readApplicationTimes } from '../runs/application-times';
import { migratePlan } from '../runs/migrate-plan';
import { migratePlanHash } from '../runs/plan-hash';
import { keepingRecord } from '../runs/run-record';
import { holdYoungSpace } from '../young-space';
import { applyUnit } from './apply-unit';
import { assertComparison } from './assert-comparison';
import { assertRunnable } from './assert-runnable';
import { type Look, lacksNames, look } from './first-look';
import type { MigrateResult } from './migrate';
import { reportNothingPending } from './nothing-pending';
import { assertNoHistoryElsewhere, type HistoryElsewhere, historiesElsewhere } from './other-history';
import type { PlannedAhead } from './plan-ahead';
import { planUnits } from './plan-units';
import { prepareRun } from './prepare-run';
import { SeenHistory } from './seen-history';
import type { Unit } from './unit';
import type { UnitContext } from './unit-context';
import { assertNoUnknownProgress } from './unknown-progress';

export { planAhead } from './plan-ahead';

/** What was learned together with the lock. */
interface LookedAt {
  readonly facts: StateFacts;
  /** Undefined where there was a history before. */
  readonly elsewhere: readonly HistoryElsewhere[] | undefined;
  readonly ahead: PlannedAhead | undefined;
}

/** Applies what is pending under the migration lock, which is held, and reads the history again afterwards. */
export async function applyPending(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  { facts, elsewhere, ahead }: LookedAt,
): Promise<MigrateResult> {
  const { settings, reporter } = context;
  const total = journal.migrations.length;
  const lock = lockOptions(context);
  const { state, comparison: before } = await look(session, journal, context, facts);
  const appliedAt = await readApplicationTimes(session, settings.migrations, before);
  assertComparison(before, reporter, settings.history, appliedAt);
  if (!state.rows) {
    const others = elsewhere ?? (await historiesElsewhere(session, settings.migrations, journal));
    assertNoHistoryElsewhere(others, reporter);
  }
  await assertNoUnknownProgress(session, journal, before, state.progress, context);
  const units = await plan(before.pending, session, context, state.progress, ahead);
  assertRunnable(units, session);
  if (units.length === 0) {
    reportNothingPending(journal, context);
    if (lacksNames(before, journal)) {
      await withLockedTransaction(session, lock, () =>
        ensureHistory(session, settings.migrations, journal, reporter),
      );
    }
    return { applied: [], total, seen: assertNothingLeft(await look(session, journal, context)) };
  }
  const base = { ...context, session, journal, lock, historyWasEmpty: isEmpty(before) };
  const { applied, known, last } = await applyAll(base, before.pending, units, facts);
  // It fails where it came before the transaction had ended, because the server refused the record first.
  const seen = (await last?.catch(() => undefined)) ?? (await look(session, journal, context, known));
  return { applied, total, seen: assertNothingLeft(seen) };
}

function isEmpty({ applied, edited, missingFile, duplicate }: Comparison): boolean {
  return [applied, edited, missingFile, duplicate].every(({ length }) => length === 0);
}

interface Applied {
  /** Tags in that order. */
  readonly applied: readonly string[];
  /** With the table in which they are recorded. */
  readonly known: StateFacts;
  /** What was asked behind the last COMMIT. */
  readonly last: Promise<Look> | undefined;
}

async function applyAll(
  context: Omit<UnitContext, 'observer' | 'record'>,
  pending: readonly Migration[],
  units: readonly Unit[],
  facts: StateFacts,
): Promise<Applied> {
  holdYoungSpace();
  const { session, journal } = context;
  const observer = new SessionObserver(context);
  const purpose = {
    ...({ command: 'migrate', journal, planned: pending } as const),
    ...{ plan: migratePlan(pending), planHash: migratePlanHash(units) },
  };
  try {
    const ready = await prepareRun(context, pending, purpose, facts);
    const { record: beginning, scripts, history, committing: prepared } = ready;
    const seen = new SeenHistory(journal, context.settings.migrations, history.columns);
    // Progress of this run is cleared, whether or not it has made the table.
    const known = { ...facts, tables: { ...facts.tables, history } };
    const lookAgain = () => look(session, journal, context, known);
    const done = await keepingRecord(session, context, purpose, beginning.refusal, (record) => {
      const recording = storingScripts(session, record, scripts.store(record.runId));
      return applyUnits(units, { ...context, observer, seen, prepared, record: recording }, lookAgain);
    });
    return { ...done, known };
  } finally {
    await observer.close();
  }
}

/** Applies the units, and plans anew whenever another runner was quicker, as can happen behind a pooler. */
async function applyUnits(
  planned: readonly Unit[],
  context: UnitContext,
  lookAgain: () => Promise<Look>,
): Promise<Pick<Applied, 'applied' | 'last'>> {
  const { session, journal } = context;
  const applied: string[] = [];
  let last: Promise<Look> | undefined;
  const units = [...planned];
  for (let unit = units.shift(); unit; unit = units.shift()) {
    const later = units.flatMap(({ migrations }) => migrations);
    last = undefined;
    const closing = () => {
      last = lookAgain();
      last.catch(() => undefined);
    };
    const isLast = later.length === 0;
    const { outcome, rest } = await applyUnit(unit, later, isLast ? { ...context, closing } : context);
    if (outcome === 'stale') {
      const { state, comparison } = await look(session, journal, context);
      units.splice(0, units.length, ...(await plan(comparison.pending, session, context, state.progress)));
      continue;
    }
    units.unshift(...rest);
    applied.push(...outcome);
  }
  return { applied, last };
}

async function plan(
  pending: readonly Migration[],
  session: Session,
  { settings, reporter }: DatabaseContext,
  progress: AllProgress,
  ahead?: PlannedAhead,
): Promise<Unit[]> {
  if (pending.length === 0) return [];
  const { migrations, transactionMode } = settings;
  const interrupted = new Set(progress.byTag.keys());
  const units =
    (interrupted.size === 0 && (await ahead?.for(pending))) ||
    (await planUnits(pending, transactionMode, interrupted, session));
  if (!progress.readable) {
    const refusal = progressUnreadable(migrations);
    if (units.some(({ mode }) => mode !== 'transactional')) throw refusal;
    const { message, remedy } = refusal;
    reporter.warn('progress_unreadable', `${message}; what is pending runs in transactions without it`, {
      remedy,
    });
  }
  return units;
}

function assertNothingLeft(seen: Look): Look {
  const { pending } = seen.comparison;
  if (pending.length === 0) return seen;
  throw new GateError('INTERNAL', `still pending after the run: ${plural(pending.length, 'migration')}`, {
    detail: pending.map(({ tag }) => tag).join('\n'),
    remedy: 'look for another program that changes the history table, and run again',
  });
}
