import { RoutineBody } from './routine-body';
import { Scanner } from './scanner';

/** One SQL statement of a script. */
export interface Statement {
  /** The statement without what stands before and after it. */
  readonly text: string;
  /** Offset of its first character in the whole script. */
  readonly start: number;
  /** Upper-case keywords of the statement that stand outside strings, comments and bodies, as far as asked for. */
  readonly words: ReadonlySet<string>;
}

/** One for the many statements that have none of the words. */
const NO_WORDS: ReadonlySet<string> = new Set();

/** From here on the server reads a backslash in a plain string as an escape, or no longer does. */
const BACKSLASHES =
  /^(?:set\s+(?:(?:session|local)\s+)?standard_conforming_strings\s*(?:=|\bto\b)\s*'?(\w+)|reset\s+(?:all|standard_conforming_strings)\b)/i;
const OFF = /^(?:of|off|f|fa|fal|fals|false|n|no|0)$/i;
const DEFAULT = /^default$/i;

/** RESET and DEFAULT go back to what the session began with. */
function toBackslashes(value: string | undefined, ofSession: boolean): boolean {
  return value === undefined || DEFAULT.test(value) ? ofSession : OFF.test(value);
}

/**
 * Cuts a script into its statements, as psql does: semicolons in strings, comments, dollar quotes, parentheses and
 * in the bodies of SQL functions (BEGIN ATOMIC … END) do not end one. Drizzle's breakpoint ends one too, where it
 * stands between statements; inside a string or a body, where Drizzle itself cuts and breaks, it does not.
 *
 * @param vocabulary the words to note down, in upper case.
 * @param backslashes whether one is an escape in plain strings until the script says otherwise: what the session has.
 */
export function splitStatements(
  script: string,
  vocabulary: ReadonlySet<string> = new Set(),
  backslashes = false,
): Statement[] {
  const statements: Statement[] = [];
  const scanner = new Scanner(script, backslashes);
  let start = -1;
  let end = 0;
  let words: Set<string> | undefined;
  let depth = 0;
  let body = new RoutineBody();

  const finish = () => {
    if (start < 0) return;
    const text = script.slice(start, end);
    statements.push({ text, start, words: words ?? NO_WORDS });
    const setting = BACKSLASHES.exec(text);
    if (setting) scanner.backslashes = toBackslashes(setting[1], backslashes);
    start = -1;
    words = undefined;
    depth = 0;
    body = new RoutineBody();
  };
  while (scanner.next()) {
    const { token } = scanner;
    if (token === 'space' || token === 'comment') continue;
    const outside = depth === 0 && !body.isOpen;
    const char = token === 'other' ? (script[scanner.start] ?? '') : '';
    if (token === 'breakpoint' || (char === ';' && outside)) {
      if (outside) finish();
      continue;
    }
    if (start < 0) start = scanner.start;
    end = scanner.end;
    if (token === 'word') {
      const word = script.slice(scanner.start, end).toUpperCase();
      body.see(word, depth);
      if (!body.isOpen && vocabulary.has(word)) {
        words ??= new Set();
        words.add(word);
      }
    } else {
      body.see(char, depth);
      if (char === '(') depth += 1;
      else if (char === ')') depth = Math.max(0, depth - 1);
    }
  }
  finish();
  return statements;
}
