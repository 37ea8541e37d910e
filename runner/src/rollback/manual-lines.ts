import { positionOf } from '../sql/position';
import { Scanner } from '../sql/scanner';
import type { UndoScript } from './undo-script';

/** A line of a rollback script that leaves something to a person. */
export interface ManualLine {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  /** What is to be decided. */
  readonly text: string;
}

const MANUAL = /^--[ \t]*MANUAL:[ \t]*(.*)$/;

/** Finds the comments `-- MANUAL: …`; inside a string or a body there is none. */
export function findManualLines(scripts: readonly UndoScript[], backslashes: boolean): ManualLine[] {
  return scripts.flatMap(({ member, file, sql }) => {
    if (!sql.includes('MANUAL:')) return [];
    const found: ManualLine[] = [];
    const scanner = new Scanner(sql, backslashes);
    while (scanner.next()) {
      const text =
        scanner.token === 'comment' ? MANUAL.exec(sql.slice(scanner.start, scanner.end))?.[1] : undefined;
      if (text === undefined) continue;
      const { line } = positionOf(sql, scanner.start);
      found.push({ migration: member.tag, file, line, text: text.trim() });
    }
    return found;
  });
}
