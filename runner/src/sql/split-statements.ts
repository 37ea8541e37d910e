/** One SQL statement of a script. */
export interface Statement {
  /** The statement without what stands before and after it. */
  readonly text: string;
  /** Offset of its first character in the whole script. */
  readonly start: number;
  /** Upper-case keywords of the statement that stand outside strings, comments and bodies, as far as asked for. */
  readonly words: ReadonlySet<string>;
}

/**
 * The lexical elements of PostgreSQL that can hide a semicolon, then words and single characters.
 * Sticky, so that a script is read once from front to back whatever its size.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<space>[\s\uFEFF]+)`,
    String.raw`(?<line>--[^\n\r]*)`,
    String.raw`(?<block>\/\*)`,
    String.raw`(?<escaped>[eE]')`,
    String.raw`(?<quoted>'[^']*(?:'|$)|"[^"]*(?:"|$))`,
    String.raw`(?<dollar>\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$)`,
    String.raw`(?<word>[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`,
    String.raw`(?<number>\d[\w.]*)`,
    String.raw`(?<other>[^])`,
  ].join('|'),
  'y',
);

/**
 * Cuts a script into its statements, as psql does: semicolons in strings, comments, dollar quotes, parentheses and
 * in the bodies of SQL functions (BEGIN ATOMIC … END) do not end one.
 *
 * @param vocabulary the words to note down, in upper case.
 */
export function splitStatements(script: string, vocabulary: ReadonlySet<string> = new Set()): Statement[] {
  const statements: Statement[] = [];
  const token = new RegExp(TOKEN);
  let start = -1;
  let end = 0;
  let words = new Set<string>();
  let depth = 0;
  let body = new BodyTracker();

  const finish = () => {
    if (start >= 0) statements.push({ text: script.slice(start, end), start, words });
    start = -1;
    words = new Set();
    depth = 0;
    body = new BodyTracker();
  };
  for (let position = 0; position < script.length; position = token.lastIndex) {
    token.lastIndex = position;
    const groups = token.exec(script)?.groups;
    if (!groups || groups.space || groups.line) continue;
    if (groups.block) {
      token.lastIndex = endOfBlockComment(script, token.lastIndex);
      continue;
    }
    if (groups.other === ';' && depth === 0 && !body.isOpen) {
      finish();
      continue;
    }
    if (start < 0) start = position;
    if (groups.escaped) {
      token.lastIndex = endOfEscapedString(script, token.lastIndex);
    } else if (groups.dollar) {
      const close = script.indexOf(groups.dollar, token.lastIndex);
      token.lastIndex = close < 0 ? script.length : close + groups.dollar.length;
    } else if (groups.word) {
      const word = groups.word.toUpperCase();
      body.see(word, depth);
      if (!body.isOpen && vocabulary.has(word)) words.add(word);
    } else if (groups.other === '(') {
      depth += 1;
    } else if (groups.other === ')') {
      depth = Math.max(0, depth - 1);
    }
    end = token.lastIndex;
  }
  finish();
  return statements;
}

/** Follows CREATE FUNCTION … BEGIN ATOMIC … END, whose body has statements of its own. */
class BodyTracker {
  private seen: string[] = [];
  private open = 0;
  private last = '';

  get isOpen(): boolean {
    return this.open > 0;
  }

  see(word: string, depth: number): void {
    const last = this.last;
    this.last = word;
    if (this.seen.length < 4) this.seen.push(word);
    if (depth > 0 || !this.isRoutine()) return;
    if ((word === 'ATOMIC' && last === 'BEGIN') || (word === 'CASE' && this.isOpen)) this.open += 1;
    else if (word === 'END' && this.isOpen) this.open -= 1;
  }

  private isRoutine(): boolean {
    const [create, second, , fourth] = this.seen;
    if (create !== 'CREATE') return false;
    const kind = second === 'OR' ? fourth : second;
    return kind === 'FUNCTION' || kind === 'PROCEDURE';
  }
}

/** Block comments nest in PostgreSQL. */
function endOfBlockComment(script: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const found = mark.exec(script);
    if (!found) return script.length;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}

/**
 * A loop instead of one pattern, whose stack a string of some megabytes would exhaust. After a line break the string
 * goes on with the next quote, and backslashes still count.
 */
function endOfEscapedString(script: string, from: number): number {
  const mark = /\\[\s\S]|''|'[ \t\f\v]*[\n\r]\s*'|'/g;
  mark.lastIndex = from;
  for (let found = mark.exec(script); found; found = mark.exec(script)) {
    if (found[0] === "'") return mark.lastIndex;
  }
  return script.length;
}
