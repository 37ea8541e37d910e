import { isDeepStrictEqual } from 'node:util';
import { compareHistory, type Journal } from '../../../core/journal';
import { readHistory } from '../database/history';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { readStoredScripts } from '../database/stored-scripts';
import { withTransaction } from '../database/transaction';
import { GateErrors } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import { connectionProblems, DIRECTLY } from '../migrate/assert-runnable';
import { withinLockBudget } from '../observe/within-lock-budget';
import type { DatabaseContext } from '../run-context';
import { findStoppedMidway, type StoppedMidway } from '../status/stopped-midway';
import { callerOf } from './caller';
import { type IssuedToken, issueToken } from './issue-token';
import { findObstacles, type Obstacle } from './keep/find-obstacles';
import { loadScripts } from './load-scripts';
import { findLosses } from './losses/find-losses';
import type { Loss } from './losses/loss';
import { findUnseen, type Unseen } from './losses/read-acts';
import { findManualLines, type ManualLine } from './manual-lines';
import { type RollbackRange, resolveRange } from './resolve-range';
import { planUndoUnits, type UndoUnit } from './run/undo-units';
import type { UndoScript } from './undo-script';
import { stoppedAfter } from './warn-stopped-midway';

/** What a rollback would do, and the token that confirms exactly this. */
export interface RollbackPlan extends RollbackRange, IssuedToken {
  readonly scripts: readonly UndoScript[];
  readonly losses: readonly Loss[];
  /** What commits together; more than one where the scripts can't be one transaction. */
  readonly units: readonly UndoUnit[];
  /** Tags of the members whose rollback stopped midway. */
  readonly halfDone: ReadonlySet<string>;
  /** Statements of which nobody knows beforehand what they destroy. */
  readonly unseen: readonly Unseen[];
  /** What the scripts leave to a person. */
  readonly manual: readonly ManualLine[];
  /** What stopped midway after the target, and stays as it is. */
  readonly stoppedMidway: readonly StoppedMidway[];
}

/**
 * Makes the plan from the files and the database as they are now. It changes nothing.
 *
 * @param history what was read of it a moment ago. @default it is read now
 */
export async function makePlan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  history?: Awaited<ReturnType<typeof readHistory>>,
): Promise<RollbackPlan> {
  const { settings } = context;
  const applied = history ?? (await readHistory(session, settings.migrations)) ?? [];
  const comparison = compareHistory(journal.migrations, applied);
  const stored = await readStoredScripts(session, settings.migrations);
  const range = resolveRange(
    journal,
    comparison,
    settings.rollback.target,
    settings.history,
    stored,
    callerOf(context),
  );
  const scripts = await loadScripts(session, journal, range, settings);
  const losses = await findLosses(session, scripts, settings.rollback);
  const { stopped } = await findStoppedMidway(session, settings.migrations, journal, comparison);
  const halfDone = new Set(stopped.flatMap(({ undoes }) => (undoes === undefined ? [] : [undoes])));
  const { units, problems } = await planUndoUnits(scripts, halfDone);
  if (problems.length > 0) {
    throw new GateErrors('NO_ROLLBACK', problems, 'correct these rollback scripts, and try them first');
  }
  return {
    ...range,
    scripts,
    losses,
    unseen: await findUnseen(scripts),
    manual: findManualLines(scripts, session.backslashes),
    ...(await issueToken(session, { ...range, scripts, losses }, context)),
    units,
    halfDone: new Set(range.members.map(({ tag }) => tag).filter((tag) => halfDone.has(tag))),
    stoppedMidway: stoppedAfter(range.target, stopped),
  };
}

/** A plan as it is shown, before anything is locked. */
export interface PreviewedPlan extends RollbackPlan {
  /** What would refuse the rollback, as things are. */
  readonly obstacles: readonly Obstacle[];
}

const UNCOUNTED = "what would be lost can't be counted";

/** How often a plan is made while somebody changes what it looks at. */
const TRIES = 3;

/**
 * The same in a transaction of its own, so that counting waits for a lock no longer than a unit may. Nothing is locked
 * yet: where the history changes meanwhile, or what is counted vanishes, as by another rollback behind a pooler, the plan
 * would be of no moment that there ever was, and is made once more.
 */
export async function previewPlan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<PreviewedPlan> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { plan, isOvertaken } = await previewOnce(session, journal, context);
      if (!isOvertaken || attempt === TRIES) return plan;
    } catch (error) {
      const { exit, sqlstate } = toGateError(error);
      if (attempt === TRIES || exit !== 'INTERNAL' || sqlstate === undefined) throw error;
    }
  }
}

interface Preview {
  readonly plan: PreviewedPlan;
  /** Whether the history has changed while the plan was made. */
  readonly isOvertaken: boolean;
}

function previewOnce(session: Session, journal: Journal, context: DatabaseContext): Promise<Preview> {
  const { limits, migrations } = context.settings;
  return withTransaction(session, async () => {
    await resetSession(session, limits);
    const history = await readHistory(session, migrations);
    const plan = await withinLockBudget(session, context, UNCOUNTED, () =>
      makePlan(session, journal, context, history),
    );
    const pooler = connectionProblems(plan.units, session).map((message) => ({ message, remedy: DIRECTLY }));
    const lacking = await findObstacles(session, plan.losses, context.settings.rollback);
    return {
      plan: { ...plan, obstacles: [...pooler, ...lacking] },
      isOvertaken: !isDeepStrictEqual(await readHistory(session, migrations), history),
    };
  });
}
