import { findManualComments } from '../sql/manual-comments';
import type { UndoScript } from './undo-script';

/** A line of a rollback script that leaves something to a person. */
export interface ManualLine {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  /** What is to be decided. */
  readonly text: string;
}

/** Finds them in all scripts, in their order. */
export function findManualLines(scripts: readonly UndoScript[], backslashes: boolean): ManualLine[] {
  return scripts.flatMap(({ member, file, sql }) =>
    findManualComments(sql, backslashes).map((comment) => ({ migration: member.tag, file, ...comment })),
  );
}
