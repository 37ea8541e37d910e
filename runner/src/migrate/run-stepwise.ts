import { retakeMigrationLock } from '../database/lock';
import { ensureProgress, readProgress } from '../database/progress';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import type { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import { asMigration } from './as-migration';
import type { Direction } from './direction';
import { needsDirective, withDirectiveRemedy } from './directive-remedy';
import { ProcedureFailed } from './failed-alone';
import { resumePoint } from './resume';
import type { ScriptContext } from './script-context';
import { Steps } from './steps';
import type { PlannedScript, UnitMode } from './unit';

/**
 * Runs a script that can't be one transaction, statement by statement. What can run in a transaction commits together
 * with the note that it is done; what can't is noted as started first. A rerun goes on where this one stopped.
 *
 * A file that begins and commits by itself runs as under Drizzle, with a transaction open in front; what it did in a
 * transaction is noted in the same one, just before the file commits it.
 *
 * @returns `stale` when another runner has run it meanwhile.
 * @throws GateError (86) when it stops midway; (82) when nothing of it stayed, or what stayed must not be repeated unseen.
 */
export async function runStepwise(
  planned: PlannedScript,
  mode: Exclude<UnitMode, 'transactional'>,
  direction: Direction,
  context: ScriptContext,
): Promise<'done' | 'stale'> {
  const { session, settings, lock } = context;
  // As ourselves: an attempt before this one, or an earlier script, may have left another role behind.
  await resetSession(session, settings.limits);
  const wasGivenUp = await retakeMigrationLock(session, lock);
  if (wasGivenUp && !(await direction.isDue(planned))) return 'stale';
  await withTransaction(session, () => ensureProgress(session, settings.migrations));
  const noted = { tag: direction.progressTag(planned.migration.tag) };
  const progress = await readProgress(session, settings.migrations, noted);
  const steps = new Steps(planned, mode, resumePoint(planned, progress), direction, context);
  try {
    await asMigration(direction.way, planned, context, (open) => steps.run(open));
    return 'done';
  } catch (error) {
    // The first error is the one to report; a lost connection has rolled back by itself.
    if (steps.isOpen) await session.farewell(() => session.execute('rollback')).catch(() => undefined);
    await resetSession(session, settings.limits).catch(() => undefined);
    const failure = withDirectiveRemedy(toGateError(error), planned.directive);
    if (!steps.hasBegun) throw failure;
    direction.onStopped?.();
    throw halfway(failure);
  }
}

function halfway(failure: GateError): GateError {
  // What can't succeed however often it is tried must not be tried again.
  const stopped =
    failure.exit === 'MIGRATION_FAILED' && !needsDirective(failure) && !(failure instanceof ProcedureFailed);
  const { exit, remedy = 'correct the cause' } = failure;
  return failure.with({
    exit: stopped ? 'HALFWAY' : exit,
    remedy: `${remedy}; the statements before it are kept, and the next run goes on here`,
  });
}
