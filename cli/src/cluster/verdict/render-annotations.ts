import { renderAnnotation } from '../../report/annotations';
import { isWaiting } from './headline';
import type { Verdict } from './verdict';

/** GitHub shows ten of each kind for one step. */
const MOST = 10;

/**
 * The verdict as notes of GitHub: on the line of the migration where the file is here, else on the run. Whatever did not
 * pass has at least one; a warning has one only where there is a file to put it in.
 */
export function renderAnnotations(verdict: Verdict, root: string | undefined): string[] {
  const { kind, outcome, headline, problems, warnings } = verdict;
  const options = { title: `drizzle-gate ${kind === 'rollback' ? 'rollback' : 'deploy'}`, root };
  const notes = warnings.filter(({ path }) => path !== undefined);
  // A plan that waits for a person is nothing that went wrong.
  const level = isWaiting(verdict) ? 'warning' : 'error';
  const errors = outcome === 'succeeded' || problems.length > 0 ? problems : [{ message: headline }];
  return [
    ...errors.slice(0, MOST).map((problem) => renderAnnotation(level, problem, options)),
    ...notes.slice(0, MOST).map((warning) => renderAnnotation('warning', warning, options)),
  ];
}
