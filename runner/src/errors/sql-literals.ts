import { Scanner } from '../sql/scanner';
import { keepSecret } from './redact';
import { findPasswords, type PasswordSpan, type Span } from './sql-secrets';

/** A password of a statement stands at its front; nobody searches megabytes of data for one. */
const SEARCHED = 100_000;
/** Each is looked for in every line of the log. */
const MOST_KEPT = 100;
const SHORTEST_KEPT = 6;

const NAMES_PASSWORD = /passw|passphrase|secret/i;
const HAS_PASSWORD = /password|passwd/i;
/** What makes roles and connections, by itself or in a body; the literals of all others are data, or values of columns. */
const HANDLES_PASSWORDS =
  /^(?:do|call|select|(?:create|alter)\s+(?:or\s+replace\s+)?(?:role|user|group|function|procedure|subscription|server))\b/i;
/** A statement that a body puts together, or the form of a message: hidden in an excerpt, but no secret. */
const TEMPLATE = /%|^\s*(?:create|alter|drop|set|grant|revoke|select|insert|update|delete|comment|do)\s/i;

/**
 * Remembers the passwords of a statement before it runs, because the server repeats parts of it in notices and errors.
 * In a statement that handles passwords each literal may be one, however it comes to the word PASSWORD.
 */
export function keepSecretsOf(statement: string): void {
  const text = statement.slice(0, SEARCHED);
  if (!NAMES_PASSWORD.test(text)) return;
  for (const { value } of findPasswords(text)) keepSecret(value);
  if (!HAS_PASSWORD.test(text) || !HANDLES_PASSWORDS.test(text)) return;
  const { literals, words } = read(text);
  const secret = literals.filter(
    ({ value }) => value.length >= SHORTEST_KEPT && !TEMPLATE.test(value) && !words.has(value.toLowerCase()),
  );
  for (const { value } of secret.slice(0, MOST_KEPT)) keepSecret(value);
}

/** Where a statement that has the word PASSWORD has literals, also in the bodies in it. */
export function findLiterals(statement: string): Span[] {
  const text = statement.slice(0, SEARCHED);
  return HAS_PASSWORD.test(text) ? read(text).literals : [];
}

interface Read {
  readonly literals: PasswordSpan[];
  /** In lower case. */
  readonly words: Set<string>;
}

function read(text: string, offset = 0, into: Read = { literals: [], words: new Set() }): Read {
  const scanner = new Scanner(text);
  while (scanner.next()) {
    const token = text.slice(scanner.start, scanner.end);
    if (scanner.token === 'word') into.words.add(token.toLowerCase());
    if (scanner.token !== 'string') continue;
    const dollar = /^\$\w*\$/.exec(token)?.[0];
    if (dollar !== undefined) readBody(token, dollar, offset + scanner.start, into);
    else {
      const open = token.indexOf("'") + 1;
      const close = token.length > open && token.endsWith("'") ? token.length - 1 : token.length;
      const value = token.slice(open, close).replaceAll("''", "'");
      const start = offset + scanner.start;
      if (value !== '') into.literals.push({ start: start + open, end: start + close, value });
    }
  }
  return into;
}

/** What stands in dollar quotes is a body, with literals of its own, or else a value. */
function readBody(token: string, dollar: string, start: number, into: Read): void {
  const end = token.endsWith(dollar) ? token.length - dollar.length : token.length;
  const body = token.slice(dollar.length, end);
  const before = into.literals.length;
  const at = start + dollar.length;
  if (/[\s;']/.test(body)) read(body, at, into);
  if (into.literals.length === before && !body.includes(';') && body !== '') {
    into.literals.push({ start: at, end: at + body.length, value: body });
  }
}
