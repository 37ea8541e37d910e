import { lineCounter } from './position';
import { Scanner } from './scanner';

/** What a script leaves to a person. */
export interface ManualComment {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const MANUAL = /^--[ \t]*MANUAL:[ \t]*(.*)$/;
/** Only what is indented goes on: another comment behind it is one of its own. */
const CONTINUED = /^--[ \t]{2,}(.*)$/;

/**
 * Finds the comments `-- MANUAL: …` with the indented lines that go on with them; inside a string or a body there is none.
 *
 * @param backslashes whether a backslash escapes in plain strings.
 */
export function findManualComments(sql: string, backslashes = false): ManualComment[] {
  if (!sql.includes('MANUAL:')) return [];
  const found: { line: number; text: string }[] = [];
  const scanner = new Scanner(sql, backslashes);
  const lineOf = lineCounter(sql);
  let next = 0;
  while (scanner.next()) {
    if (scanner.token !== 'comment') continue;
    const comment = sql.slice(scanner.start, scanner.end);
    const line = lineOf(scanner.start);
    const last = found.at(-1);
    const more = last && line === next ? CONTINUED.exec(comment)?.[1]?.trim() : undefined;
    const text = MANUAL.exec(comment)?.[1];
    if (text !== undefined) found.push({ line, text: text.trim() });
    else if (last && more !== undefined) last.text = `${last.text} ${more}`;
    else continue;
    next = line + 1;
  }
  return found;
}
