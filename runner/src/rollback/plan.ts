import { compareHistory, type Journal, type RollbackScript } from '../../../core/journal';
import { readHistory } from '../database/history';
import type { Session } from '../database/session';
import { resetSession } from '../database/session-settings';
import { withTransaction } from '../database/transaction';
import { GateError } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';
import { findStoppedMidway, type StoppedMidway } from '../status/stopped-midway';
import { findLosses, type Loss, renderLoss } from './find-losses';
import { loadScripts } from './load-scripts';
import { type RollbackRange, resolveRange } from './resolve-range';
import { planToken, readIdentity } from './token';
import { stoppedAfter } from './warn-stopped-midway';

/** What a rollback would do, and the token that confirms exactly this. */
export interface RollbackPlan extends RollbackRange {
  readonly scripts: readonly RollbackScript[];
  readonly losses: readonly Loss[];
  readonly token: string;
  /** Ids of the history rows that go, those of duplicates included. */
  readonly historyIds: readonly number[];
  /** What stopped midway after the target, and stays as it is. */
  readonly stoppedMidway: readonly StoppedMidway[];
}

/** Makes the plan from the files and the database as they are now. It changes nothing. */
export async function makePlan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<RollbackPlan> {
  const { settings, connection } = context;
  const comparison = compareHistory(
    journal.migrations,
    (await readHistory(session, settings.migrations)) ?? [],
  );
  const range = resolveRange(journal, comparison, settings.rollback.target, settings.history);
  const scripts = await loadScripts(journal, range, settings, session);
  const losses: Loss[] = [];
  for (const script of scripts) losses.push(...(await findLosses(session, script.sql)));
  const tags = range.members.map(({ migration, row }) => ({
    tag: migration.tag,
    hash: migration.hash,
    historyId: row.id,
  }));
  const members = new Set(range.members.map(({ migration }) => migration));
  const { stopped } = await findStoppedMidway(session, settings.migrations, journal, comparison);
  return {
    ...range,
    scripts,
    losses,
    token: planToken(
      await readIdentity(session, connection),
      tags,
      scripts.map(({ hash }) => hash),
    ),
    historyIds: [
      ...tags.map(({ historyId }) => historyId),
      ...comparison.duplicate.filter(({ migration }) => members.has(migration)).map(({ id }) => id),
    ],
    stoppedMidway: stoppedAfter(range.target, stopped),
  };
}

/** The same in a transaction of its own, so that counting waits for a lock no longer than a unit may. */
export async function previewPlan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
): Promise<RollbackPlan> {
  return withTransaction(session, async () => {
    await resetSession(session, context.settings.limits);
    return makePlan(session, journal, context);
  });
}

/** Shows the plan: what is undone with which script, what is lost, and the token. */
export function reportPlan(plan: RollbackPlan, { reporter }: DatabaseContext): void {
  const { target, members, scripts, losses, token } = plan;
  const steps = members.map(({ migration }, index) => {
    const script = scripts[index];
    return `${index + 1}. ${migration.tag}  (${script?.file ?? 'no script'})`;
  });
  const stays = target ? `${target.tag} stays the last applied` : 'no migration stays applied';
  reporter.info('rollback_plan', `rolling back ${plural(members.length, 'migration')}; ${stays}`, {
    migrations: members.map(({ migration }) => migration.tag),
    target: target?.tag ?? null,
    token,
    detail: [...steps, `token of this plan: ${token}`].join('\n'),
  });
  for (const { migration } of plan.appliedLater) {
    reporter.warn(
      'rollback_warning',
      `${migration.tag} was merged late and stays applied; if it builds on what is undone, choose a target before it`,
      { migration: migration.tag },
    );
  }
  for (const { migration, row } of plan.acceptedEdits) {
    reporter.warn(
      'rollback_warning',
      `${migration.tag} was edited after it was applied (history id ${row.id}); ACCEPT_EDITED accepts that, look whether its script undoes what was applied`,
      { migration: migration.tag },
    );
  }
  reporter.warn(
    'rollback_warning',
    losses.length > 0
      ? `WARNING: DATA LOSS. This destroys ${plural(losses.length, 'object')}, and nothing brings them back but a backup`
      : 'WARNING: a rollback can lose data; no destructive statement was found in these scripts',
    {
      losses,
      ...(losses.length > 0 && { detail: losses.map((loss) => `- ${renderLoss(loss)}`).join('\n') }),
    },
  );
}

/** @throws GateError (85) unless the token of this very plan was given. */
export function assertConfirmed({ token }: RollbackPlan, confirm: string | undefined): void {
  if (confirm === token) return;
  throw new GateError(
    'NOT_CONFIRMED',
    confirm === undefined
      ? 'the rollback is not confirmed, so nothing was changed'
      : `ROLLBACK_CONFIRM is ${JSON.stringify(confirm)}, but the plan is now another one, so nothing was changed`,
    { remedy: `read the plan above; to confirm exactly it, set ROLLBACK_CONFIRM=${token}` },
  );
}
