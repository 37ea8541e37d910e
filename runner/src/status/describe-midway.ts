import type { StoppedMidway } from './stopped-midway';

/** `stopped midway`, or `under way` while another session holds the migration lock. */
export function stateOf({ isUnderWay }: StoppedMidway): 'stopped midway' | 'under way' {
  return isUnderWay ? 'under way' : 'stopped midway';
}

/** How far it came, for example `statements 1 to 2 of 5 have run, statement 3 was begun`. */
export function extentOf({
  last,
  begun,
  statements,
}: {
  /** The last one whose work is committed. */
  readonly last: number | undefined;
  readonly begun: number | undefined;
  readonly statements: number | undefined;
}): string {
  const of = statements === undefined ? '' : ` of ${statements}`;
  const parts: string[] = [];
  // Settings in between are not noted, but have run too.
  if (last === 1) parts.push(`statement 1${of} has run`);
  else if (last !== undefined) parts.push(`statements 1 to ${last}${of} have run`);
  if (begun !== undefined) parts.push(`statement ${begun}${last === undefined ? of : ''} was begun`);
  return parts.join(', ');
}

/** Tag, state and extent in one phrase. */
export function describeMidway({ tag, undoes, done, begun, file, isUnderWay }: StoppedMidway): string {
  const extent = extentOf({ last: done.at(-1), begun, statements: file?.statements.length });
  return `${undoes === undefined ? tag : `the rollback of ${undoes}`} ${isUnderWay ? 'is under way' : 'stopped midway'} (${extent})`;
}

/** What becomes of it next, for a sentence that begins with {@link describeMidway}. */
export function nextStepOf({ done, file, isUnderWay }: StoppedMidway): string {
  if (isUnderWay) return 'let it end first';
  const count = file?.statements.length ?? 0;
  const next = (done.at(-1) ?? 0) + 1;
  return next > count
    ? 'only its row in the history is missing, which migrate writes'
    : `it will be resumed at statement ${next} of ${count}`;
}
