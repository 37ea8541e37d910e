import type { Comparison, Journal, Migration } from '../../../core/journal';
import type { AllProgress } from '../database/all-progress';
import { type Progress, statementHash, undoneBy } from '../database/progress';
import type { Session } from '../database/session';
import { GateErrors } from '../errors/gate-error';
import type { DatabaseContext } from '../run-context';
import { readStatements } from '../sql/script-statements';
import { assertNothingHalfUndone } from '../status/half-undone';
import { stoppedIn } from '../status/stopped-midway';

/**
 * Looks for a migration that stopped midway and is not in this folder. Generated again, it has another random name, and
 * what has run of it would run twice. While nothing is pending it may belong to a newer release, and is only reported.
 *
 * @throws GateErrors (81) when something is pending.
 */
export async function assertNoUnknownProgress(
  session: Session,
  journal: Journal,
  comparison: Comparison,
  progress: AllProgress,
  { reporter }: Pick<DatabaseContext, 'reporter'>,
): Promise<void> {
  const isPending = comparison.pending.length > 0;
  // Whoever may not read that is told so when it is needed.
  const interrupted = [...progress.byTag.keys()];
  if (interrupted.some((tag) => undoneBy(tag) !== undefined)) {
    assertNothingHalfUndone(await stoppedIn(progress, journal, comparison, session));
  }
  const tags = unknownTags(interrupted, journal, comparison);
  if (tags.length === 0) return;
  const problems: string[] = [];
  for (const tag of tags) {
    const statements = progress.byTag.get(tag)?.statements ?? new Map();
    problems.push(
      `${tag} stopped midway (${extentOf(statements)}), but no migration of this folder has that name${await renamed(statements, comparison.pending, session)}`,
    );
  }
  if (isPending) throw new GateErrors('MISMATCH', problems, remedyFor(tags));
  for (const problem of problems) {
    reporter.warn('history_warning', `${problem}; right for an older release, else ${remedyFor(tags)}`);
  }
}

/** What is recorded by its name has been applied, whatever was left behind. */
function unknownTags(
  interrupted: readonly string[],
  { migrations }: Journal,
  { missingFile }: Comparison,
): string[] {
  const known = new Set<string | null>(migrations.map(({ tag }) => tag));
  for (const { name } of missingFile) known.add(name);
  return interrupted.filter((tag) => !known.has(tag)).sort();
}

function extentOf(progress: Progress): string {
  const numbersOf = (state: string) =>
    [...progress].filter(([, entry]) => entry.state === state).map(([number]) => number);
  const last = Math.max(0, ...numbersOf('done'));
  const parts: string[] = [];
  if (last > 0) parts.push(last === 1 ? 'statement 1 has run' : `statements 1 to ${last} have run`);
  for (const begun of numbersOf('started')) parts.push(`statement ${begun} was begun`);
  return parts.join(', ');
}

/** The pending migration that has its statements in their places. */
async function renamed(
  progress: Progress,
  pending: readonly Migration[],
  { backslashes }: Session,
): Promise<string> {
  for (const { tag, sql } of pending) {
    const statements = await readStatements(sql, backslashes);
    const isSame = [...progress].every(([number, { hash }]) => {
      const statement = statements[number - 1];
      return statement !== undefined && statementHash(statement) === hash;
    });
    if (isSame) return `; ${tag} begins with the same statements, and would run them a second time`;
  }
  return '';
}

function remedyFor(tags: readonly string[]): string {
  const tag = tags.length === 1 ? tags[0] : 'TAG';
  return `give the migration its tag ${tag} back and correct only what has not run; or undo by hand what has run, and forget it with: drizzle-gate repair --forget ${tag}`;
}
