import type { Judgement } from './judge-scripts';
import type { ProveVerdict } from './prove-verdicts';

/** How `rollback prove` contradicts pg_dump; undefined where they agree, or one of them has not tried the script. */
export function disagreement(judgement: Judgement, verdict: ProveVerdict | undefined): string | undefined {
  if (!verdict || judgement.kind === 'irreversible' || judgement.kind === 'no script') return undefined;
  const { up, down, restored } = verdict.steps;
  if (up !== 'yes') return undefined;
  const isRestored = restored === 'yes' || restored === 'order';
  const shouldBe = judgement.kind === 'exact' || judgement.kind === 'order';
  if (isRestored === shouldBe) return undefined;
  const says = down === 'no' ? 'the script fails' : isRestored ? 'restored' : 'not restored';
  const detail = isRestored ? '' : verdict.problems.map(({ message }) => `\n      ${message}`).join('');
  return `prove says ${says}, pg_dump says ${judgement.kind}${detail}${renderWhy(judgement)}`;
}

/** What pg_dump saw, shortened. */
export function renderWhy(judgement: Judgement): string {
  if (judgement.kind === 'failed') return `\n      ${judgement.message}`;
  if (judgement.kind !== 'differs') return '';
  return judgement.lines
    .slice(0, 8)
    .map((line) => `\n      ${line.replace(/\s+/g, ' ').slice(0, 300)}`)
    .join('');
}
