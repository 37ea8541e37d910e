import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';
import { renderLoss } from './losses/loss';
import type { RollbackPlan } from './plan';
import { rangeWarnings, scriptWarnings } from './plan-warnings';

/** Shows the plan: what is undone with which script, what is lost, and the token. */
export function reportPlan(plan: RollbackPlan, { reporter }: DatabaseContext): void {
  const { target, members, scripts, losses, token } = plan;
  const steps = members.map(({ tag }, index) => {
    const script = scripts[index];
    return `${index + 1}. ${tag}  (${script?.file ?? 'no script'})`;
  });
  const stays = target ? `${target.tag} stays the last applied` : 'no migration stays applied';
  reporter.info('rollback_plan', `rolling back ${plural(members.length, 'migration')}; ${stays}`, {
    migrations: members.map(({ tag }) => tag),
    target: target?.tag ?? null,
    token,
    detail: [...steps, `token of this plan: ${token}`].join('\n'),
  });
  for (const { message, ...fields } of [...rangeWarnings(plan), ...scriptWarnings(scripts)]) {
    reporter.warn('rollback_warning', message, fields);
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
