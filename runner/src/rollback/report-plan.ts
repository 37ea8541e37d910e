import { plural } from '../report/plural';
import type { Tell } from '../report/reporter';
import type { DatabaseContext } from '../run-context';
import { type Caller, callerOf } from './caller';
import { describeKeep, keepOutlook } from './keep-outlook';
import { holdsData, isCounted, type Loss } from './losses/loss';
import { renderLosses, totalOf } from './losses/render-losses';
import type { PreviewedPlan, RollbackPlan } from './plan';
import { expiryOf, type PlannedStep, plannedSteps } from './plan-document';
import { rangeWarnings, scriptWarnings } from './plan-warnings';
import { describeUnits, isAtomic } from './run/describe-units';

/**
 * Shows the plan in the order in which a person needs it: what is undone with which script, what is odd about that, what
 * is lost, what becomes of it, and last the token.
 */
export function reportPlan(
  plan: RollbackPlan & Partial<Pick<PreviewedPlan, 'obstacles'>>,
  context: DatabaseContext,
): void {
  const { reporter, settings } = context;
  const caller = callerOf(context);
  const { target, members, database, token } = plan;
  const steps = plannedSteps(plan);
  const stays = target ? `${target.tag} stays the last applied` : 'no migration stays applied';
  const where = `${database.database} on ${database.host}:${database.port}`;
  reporter.info(
    'rollback_plan',
    `rolling back ${plural(members.length, 'migration')} of ${where}; ${stays}`,
    {
      migrations: members.map(({ tag }) => tag),
      target: target?.tag ?? null,
      database: database.database,
      scripts: steps,
      token,
      token_expires: expiryOf(plan),
      detail: steps.map(stepLine).join('\n'),
    },
  );
  reportRange(plan, reporter, caller);
  reportScripts(plan, reporter);
  reportLosses(plan.losses, reporter);
  const outlook = keepOutlook(plan.losses, settings.rollback);
  if (outlook) {
    const { message, remedy } = describeKeep(outlook, caller);
    const tell: Tell<'info' | 'warn'> = remedy === undefined ? reporter.info : reporter.warn;
    tell('rollback_keep', message, { ...outlook, ...(remedy !== undefined && { remedy }) });
  }
  for (const { message, remedy } of plan.obstacles ?? []) {
    reporter.warn('rollback_warning', `as things are, this rollback will be refused: ${message}`, { remedy });
  }
  reporter.info('rollback_token', `token of this plan, which confirms it until ${expiryOf(plan)}:`, {
    token,
    detail: token,
  });
}

/** Within the width of a terminal; very long names take a line for the script. */
function stepLine({ migration, script, source, history_id: id }: PlannedStep, index: number): string {
  const from = `(${script}${source === 'stored' ? ' as stored in the database' : ''}, history id ${id})`;
  const step = `${index + 1}. ${migration}`;
  return step.length + from.length > 94 ? `${step}\n   ${from}` : `${step}  ${from}`;
}

type Reporter = DatabaseContext['reporter'];

function reportRange(plan: RollbackPlan, reporter: Reporter, caller: Caller): void {
  if (!isAtomic(plan.units)) {
    reporter.warn(
      'rollback_warning',
      'WARNING: this rollback is not one transaction; when a part of it fails, what was committed before stays undone',
      {
        detail: describeUnits(plan.units)
          .map((line) => `- ${line}`)
          .join('\n'),
      },
    );
  }
  for (const { message, ...fields } of [...rangeWarnings(plan, caller), ...scriptWarnings(plan.scripts)]) {
    reporter.warn('rollback_warning', message, fields);
  }
}

function reportScripts({ manual, unseen }: RollbackPlan, reporter: Reporter): void {
  for (const { migration, file, line, text } of manual) {
    reporter.warn(
      'rollback_warning',
      `${file}:${line}: the script leaves something to a person, and runs without it: ${text}`,
      {
        ...{ migration, place: { file, line } },
        remedy: 'decide it, correct the script, take the MANUAL line out and prove the script',
      },
    );
  }
  for (const { migration, file, line, what } of unseen) {
    reporter.warn(
      'rollback_warning',
      `${file}:${line}: ${what} can't be seen into: what it destroys is not in this plan`,
      {
        ...{ migration, place: { file, line } },
        remedy: 'read it, or write what it does as statements of their own',
      },
    );
  }
}

function reportLosses(losses: readonly Loss[], reporter: Reporter): void {
  // What is counted with something else would be counted twice by whoever adds this up.
  const counted = losses.filter(isCounted);
  const data = counted.filter(holdsData);
  const objects = counted.length - data.length;
  const isEmpty = data.every(({ rows, isEstimate }) => rows === 0 && !isEstimate);
  if (data.length > 0) {
    const others =
      objects > 0 ? `; ${plural(objects, 'other object')} ${objects === 1 ? 'goes' : 'go'} as well` : '';
    const tables = plural(data.length, 'table or column', 'tables or columns');
    // Who reads of a loss that is none, reads over the next one.
    const message = isEmpty
      ? `WARNING: this drops or empties ${tables} without rows or values${others}`
      : `WARNING: DATA LOSS. This destroys ${totalOf(losses)} in ${tables}${others}`;
    reporter.warn('rollback_warning', message, { losses: counted, detail: renderLosses(losses) });
  } else if (objects > 0) {
    const message = `${plural(objects, 'object')} without data of ${objects === 1 ? 'its' : 'their'} own ${objects === 1 ? 'goes' : 'go'}; no statement was found that destroys data`;
    reporter.warn('rollback_warning', message, { losses: counted, detail: renderLosses(losses) });
  } else {
    const message = 'a rollback can lose data; no destructive statement was found in these scripts';
    reporter.warn('rollback_warning', `WARNING: ${message}`, { losses: counted });
  }
}
