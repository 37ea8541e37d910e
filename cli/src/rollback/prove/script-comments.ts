import { positionOf } from '../../../../runner/src/sql/position';
import { Scanner } from '../../../../runner/src/sql/scanner';
import { splitStatements } from '../../../../runner/src/sql/split-statements';

const MANUAL = /^--[ \t]*MANUAL:[ \t]*(.*)$/;
const DESTRUCTIVE = /^--[ \t]*DESTRUCTIVE:/;

export interface ManualLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The lines `-- MANUAL: …` of a script: what a person still has to decide. Inside a string or a body it is none. */
export function manualLines(sql: string): ManualLine[] {
  return commentsOf(sql).flatMap(({ text, start }) => {
    const match = MANUAL.exec(text);
    return match ? [{ line: positionOf(sql, start).line, text: match[1] ?? '' }] : [];
  });
}

/** The statements that a comment `-- DESTRUCTIVE: …` before them declares to be so. */
export function destructiveStatements(sql: string): string[] {
  const statements = splitStatements(sql);
  const marked = commentsOf(sql)
    .filter(({ text }) => DESTRUCTIVE.test(text))
    .flatMap(
      ({ start }) => statements.find((statement) => statement.start + statement.text.length > start) ?? [],
    );
  return [...new Set(marked)].map(({ text }) => text);
}

function commentsOf(sql: string): { readonly text: string; readonly start: number }[] {
  const found = [];
  const scanner = new Scanner(sql);
  while (scanner.next()) {
    const { token, start, end } = scanner;
    if (token === 'comment') found.push({ text: sql.slice(start, end), start });
  }
  return found;
}
