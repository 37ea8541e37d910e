import { matchTarget } from '../../../core/journal';
import { plural } from '../report/plural';
import type { Reporter } from '../report/reporter';
import { describeMidway, nextStepOf } from '../status/describe-midway';
import { describeStatements, runStatements } from '../status/describe-statements';
import { midwayProblems } from '../status/midway-problems';
import type { StoppedMidway } from '../status/stopped-midway';

/** Those that `--forget` names; what names none of them, {@link forgetProblems} tells. */
export function chooseForgotten(
  stopped: readonly StoppedMidway[],
  forget: readonly string[],
): readonly StoppedMidway[] {
  const tags = stopped.map(({ tag }) => tag);
  const wanted = new Set(forget.flatMap((name) => matchTarget(tags, name)));
  return stopped.filter(({ tag }) => wanted.has(tag));
}

export function forgetProblems(stopped: readonly StoppedMidway[], forget: readonly string[]): string[] {
  const tags = stopped.map(({ tag }) => tag);
  return forget.flatMap((name) => {
    const meant = matchTarget(tags, name);
    if (meant.length === 1) return [];
    const what =
      meant.length > 1
        ? `which ${meant.join(' and ')} begin with`
        : 'which is no migration that stopped midway';
    return [`--forget has ${JSON.stringify(name)}, ${what}; those are: ${tags.join(', ') || 'none'}`];
  });
}

/** What stopped midway and stays so, because nobody asked for it. */
export function keptMidway(stopped: readonly StoppedMidway[]): string[] {
  return stopped.flatMap((each) => {
    const problems = midwayProblems(each);
    if (problems.length > 0) return problems.map(({ message, remedy }) => `${message}; ${remedy}`);
    const giveUp = each.isUnderWay ? '' : `; to give it up: --forget ${each.tag}`;
    return [`${describeMidway(each)}; ${nextStepOf(each)}${giveUp}`];
  });
}

/** What exactly is forgotten, so that a token holds for nothing else. */
export function forgottenRows(forgotten: readonly StoppedMidway[]): unknown[] {
  return forgotten.map(({ tag, progress }) => [tag, [...progress]]);
}

export function forgottenLines(forgotten: readonly StoppedMidway[]): string[] {
  return forgotten.map(
    ({ tag, progress }) => `progress of ${tag} (it stopped midway): ${plural(progress.size, 'row')} → no row`,
  );
}

/** Says loudly, statement by statement, what forgetting does not undo. */
export function warnForgotten(forgotten: readonly StoppedMidway[], reporter: Reporter): void {
  for (const each of forgotten) {
    reporter.warn(
      'repair_warning',
      `WARNING: forgetting ${each.tag} undoes nothing; what has run stays in the database until you undo it by hand`,
      {
        migration: each.tag,
        statements: runStatements(each),
        detail: describeStatements(each),
        remedy: each.undoes
          ? `bring back by hand what these undid: ${each.undoes} counts as applied`
          : each.file
            ? 'undo these before the next migrate: it begins with the first statement again, unless the migration is taken out of the folder'
            : 'undo these',
      },
    );
  }
}
