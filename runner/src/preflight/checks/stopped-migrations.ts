import { describeMidway, nextStepOf } from '../../status/describe-midway';
import { midwayProblems } from '../../status/midway-problems';
import type { StoppedMidway } from '../../status/stopped-midway';
import { type Finding, pass, refuse, warn } from '../check';

const CHECK = 'stopped migrations';

/** Whether `migrate` can go on with what stopped midway, and where; nothing is said while nothing has. */
export function checkStoppedMigrations(stopped: readonly StoppedMidway[], isPending: boolean): Finding[] {
  return stopped.flatMap((each): Finding[] => {
    const problems = midwayProblems(each);
    if (problems.length === 0) return [pass(CHECK, `${describeMidway(each)}; ${nextStepOf(each)}`)];
    return problems.map(({ message, remedy, refused }) =>
      refused === 'always' || isPending
        ? refuse(CHECK, 'MISMATCH', message, { remedy })
        : warn(CHECK, message, remedy),
    );
  });
}
