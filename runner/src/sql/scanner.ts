/** What stands at a place of a script, as far as it matters where statements end. */
export type Token = 'space' | 'comment' | 'breakpoint' | 'string' | 'name' | 'word' | 'number' | 'other';

/** Drizzle cuts a file at exactly this text; `-->statement-breakpoint` is only a comment for it. */
export const BREAKPOINT = '--> statement-breakpoint';

/** Every character above ASCII belongs to a word, also those that look like a space. */
const WORD = /[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y;
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/y;
const PARAMETER = /\$\d+/y;
const SPACE = /[ \t\n\r\f\v]+/y;
const NUMBER = /[\d.][\w.]*/y;
const LINE = /[^\n\r]*/y;

/**
 * Reads a script once from front to back by PostgreSQL's lexical rules, whatever its size: each pattern is sticky, and
 * none can backtrack.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export class Scanner {
  token: Token = 'space';
  start = 0;
  end = 0;

  /** @param backslashes whether one escapes in plain strings too: `standard_conforming_strings = off`. */
  constructor(
    private readonly script: string,
    public backslashes = false,
  ) {
    // The server is never sent a byte order mark; elsewhere it is a character of a word.
    if (script.startsWith('\uFEFF')) this.end = 1;
  }

  /** Goes on to the next token; false at the end of the script. */
  next(): boolean {
    this.start = this.end;
    if (this.start >= this.script.length) return false;
    this.end = this.read(this.script[this.start] ?? '');
    return true;
  }

  private read(first: string): number {
    const { script, start } = this;
    switch (first) {
      case ' ':
      case '\n':
      case '\r':
      case '\t':
      case '\f':
      case '\v':
        return this.take('space', SPACE);
      case '-':
        return script[start + 1] === '-' ? this.readLineComment() : this.other();
      case '/':
        if (script[start + 1] !== '*') return this.other();
        this.token = 'comment';
        return endOfBlockComment(script, start + 2);
      case "'":
        return this.readString(start + 1, this.backslashes);
      case '"':
        this.token = 'name';
        return endOfQuoted(script, '"', start + 1);
      case '$':
        return this.readDollarQuote();
      case 'e':
      case 'E':
        return script[start + 1] === "'" ? this.readString(start + 2, true) : this.take('word', WORD);
      default:
        if (isDigit(first)) return this.take('number', NUMBER);
        return isWord(first) ? this.take('word', WORD) : this.other();
    }
  }

  private take(token: Token, pattern: RegExp): number {
    this.token = token;
    pattern.lastIndex = this.start;
    return pattern.test(this.script) ? pattern.lastIndex : this.start + 1;
  }

  private other(): number {
    this.token = 'other';
    return this.start + 1;
  }

  /** Drizzle cuts in the middle of a comment too, and runs what stands behind the marker. */
  private readLineComment(): number {
    const end = this.take('comment', LINE);
    const marker = this.script.slice(this.start, end).indexOf(BREAKPOINT);
    if (marker < 0) return end;
    if (marker > 0) return this.start + marker;
    this.token = 'breakpoint';
    return this.start + BREAKPOINT.length;
  }

  private readString(from: number, escapes: boolean): number {
    this.token = 'string';
    return escapes ? endOfEscaped(this.script, from) : endOfQuoted(this.script, "'", from);
  }

  private readDollarQuote(): number {
    if (isDigit(this.script[this.start + 1] ?? '')) return this.take('number', PARAMETER);
    const open = this.take('string', DOLLAR);
    if (open === this.start + 1) return this.other();
    const close = this.script.indexOf(this.script.slice(this.start, open), open);
    return close < 0 ? this.script.length : close + open - this.start;
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

function isWord(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_' || char >= '\u0080';
}

/** A doubled quote ends one string and begins the next, which changes nothing about where statements end. */
function endOfQuoted(script: string, quote: string, from: number): number {
  const close = script.indexOf(quote, from);
  return close < 0 ? script.length : close + 1;
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

/** After a line break, and comments, the string goes on with the next quote, and backslashes still count. */
function endOfEscaped(script: string, from: number): number {
  const mark = /\\[\s\S]|''|'[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'|'/g;
  mark.lastIndex = from;
  for (let found = mark.exec(script); found; found = mark.exec(script)) {
    if (found[0] === "'") return mark.lastIndex;
  }
  return script.length;
}
