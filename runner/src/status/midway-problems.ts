import { changeProblems, changeRemedy } from '../migrate/resume';
import { describeMidway } from './describe-midway';
import type { StoppedMidway } from './stopped-midway';

/** Why nobody can just go on with a migration that stopped midway. */
export interface MidwayProblem {
  readonly message: string;
  readonly remedy: string;
  /** When `migrate` refuses it (81). */
  readonly refused: 'always' | 'while something is pending';
}

export function midwayProblems(stopped: StoppedMidway): MidwayProblem[] {
  const { tag, undoes, file, changed } = stopped;
  if (undoes !== undefined) return [halfUndone(stopped, undoes)];
  if (!file) {
    return [
      {
        message: `${describeMidway(stopped)}, but no migration of this folder has that name`,
        remedy: `deploy the release that has it; if it was renamed or taken out, ${giveUp(tag)}`,
        refused: 'while something is pending',
      },
    ];
  }
  return changeProblems(tag, changed).map((message) => ({
    message,
    remedy: changeRemedy(tag),
    refused: 'always',
  }));
}

function halfUndone(stopped: StoppedMidway, undoes: string): MidwayProblem {
  return {
    message: `${describeMidway(stopped)}, so the schema is neither that with ${undoes} nor that without it`,
    remedy: stopped.isUnderWay
      ? 'let it end first'
      : `run the rollback again with the same target and token: it goes on where it stopped; or bring ${undoes} back by hand, and forget the rollback with: drizzle-gate repair --forget ${stopped.tag}`,
    refused: 'always',
  };
}

/** How a migration that stopped midway is given up for good, as an order. */
export function giveUp(tag: string): string {
  return `undo by hand what has run, and forget it with: drizzle-gate repair --forget ${tag}`;
}
