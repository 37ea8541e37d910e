import { executeStatement } from '../database/execute-statement';
import { forgetStatement, noteProgress, type ProgressState } from '../database/progress';
import { withTransaction } from '../database/transaction';
import { toGateError } from '../errors/to-gate-error';
import { indexProgress } from '../observe/index-progress';
import { LockBudget } from '../observe/lock-budget';
import { reportOldTransactions } from '../observe/old-transactions';
import type { AloneTarget } from '../sql/alone-target';
import type { ClassifiedStatement } from '../sql/script-statements';
import { detachPartition } from './detach-partition';
import { failureOf, isUntouched, isWorkOfFirstTry } from './failed-alone';
import { assertIndexValid } from './invalid-index';
import { prepareAlone } from './prepare-alone';
import type { StartedStatement } from './resume';
import type { ScriptContext } from './script-context';
import { originOf } from './script-origin';
import type { PlannedScript } from './unit';
import { withoutLockTimeout } from './without-lock-timeout';

/**
 * Runs a statement outside a transaction, where its work and the note of it can't be one: it is noted as started, run,
 * and noted as done. A rerun that finds it started looks at the catalog before it repeats anything.
 *
 * @param onBegun told as soon as something of it may stay, whatever happens next.
 */
export async function runAlone(
  planned: PlannedScript,
  statement: ClassifiedStatement,
  {
    noted,
    started,
    onBegun,
  }: {
    /** What its progress is noted under. */
    readonly noted: { readonly tag: string };
    readonly started: StartedStatement | undefined;
    readonly onBegun: () => void;
  },
  context: ScriptContext,
): Promise<void> {
  const { session, settings } = context;
  const { migration } = planned;
  const wasStarted = started !== undefined;
  const preparation = await prepareAlone(statement, started, migration.tag, context);
  const note = (state: ProgressState) =>
    withTransaction(session, () =>
      noteProgress(session, settings.migrations, noted, [statement], state, preparation.remember),
    );
  if (preparation.todo !== 'nothing') {
    // What is somebody else's already, the server refuses or IF NOT EXISTS accepts; no note may claim it.
    if (preparation.todo === 'run') await note('started');
    try {
      await execute(planned, { ...statement, text: preparation.text ?? statement.text }, context);
    } catch (error) {
      const failure = toGateError(error);
      const { sqlstate } = failure;
      if (!(wasStarted && isWorkOfFirstTry(statement, sqlstate))) {
        // When nobody can tell, something may stay; and the first error is the one to report.
        const untouched =
          !wasStarted && (await isUntouched(session, statement, sqlstate, preparation).catch(() => false));
        if (untouched) {
          await withTransaction(session, () =>
            forgetStatement(session, settings.migrations, noted, statement),
          );
        } else onBegun();
        throw failureOf(statement, failure);
      }
    }
  }
  onBegun();
  await note('done');
}

async function execute(
  planned: PlannedScript,
  statement: ClassifiedStatement,
  context: ScriptContext,
): Promise<void> {
  const { kind } = statement;
  const { session, observer, reporter, settings } = context;
  const { tag } = planned.migration;
  const pid = session.backendPid;
  const run = () => executeStatement(context, statement, originOf(planned));
  if (kind.kind !== 'non-transactional' || !isConcurrent(kind.target)) {
    return new LockBudget(observer, pid, settings.limits.lockTimeout).spend(run);
  }
  if (kind.target.command === 'detach partition') return detachPartition(run, kind.target, tag, context);
  const waiting = { what: kind.what, migration: tag };
  await reportOldTransactions(session, waiting, reporter);
  await withoutLockTimeout(session, () =>
    observer.during({ pid, look: indexProgress(pid, waiting, observer) }, run),
  );
  if (kind.index) await assertIndexValid(session, kind.index, tag);
}

function isConcurrent(target: AloneTarget): boolean {
  return (
    target.command === 'create index' ||
    target.command === 'drop index' ||
    target.command === 'detach partition' ||
    (target.command === 'reindex' && target.concurrently)
  );
}
