import type { Span } from './sql-secrets';

/** A password of this length is no word of a log by chance. */
const LONG = 12;
/** An escape in a literal, in JSON or in a URL ends like a word, but what follows it is a new one. */
const ENDS_IN_ESCAPE = /(?:\\(?:[bfnrt]|u[\da-fA-F]{4})|%[\da-fA-F]{2})$/;
/** The longest escape. */
const REACH = 6;

/** The password of anything that looks like a URL, in its authority and as a parameter. */
const IN_URL = [
  /\bpostgres(?:ql)?:\/\/[^\s:/@"]*:(?<password>[^\s"]*)@/dg,
  /\bpostgres(?:ql)?:\/\/[^\s"]*?[?&]password=(?<password>[^\s"&#]+)/dg,
];

/**
 * Where a text has one of these secrets, or the password of a URL, in the order of the text and without overlaps. A short
 * secret of letters and digits only counts where it is a whole word: "low" is a part of too many others, which would both
 * be destroyed and give it away.
 */
export function secretSpans(text: string, secrets: Iterable<string>): Span[] {
  const found = [...secrets].flatMap((secret) => placesOf(text, secret));
  // Nearly no text has one.
  for (const pattern of text.includes('postgres') ? IN_URL : []) {
    for (const { indices } of text.matchAll(pattern)) {
      const [start, end] = indices?.groups?.password ?? [0, 0];
      found.push({ start, end });
    }
  }
  return merge(found);
}

function placesOf(text: string, secret: string): Span[] {
  const spans: Span[] = [];
  const counts = isShortWord(secret) ? isWholeWord : () => true;
  for (let start = text.indexOf(secret); start >= 0; start = text.indexOf(secret, start + 1)) {
    const end = start + secret.length;
    if (counts(text, start, end)) spans.push({ start, end });
  }
  return spans;
}

function isShortWord(secret: string): boolean {
  // Here, and not beside the others: most secrets are long, and to make a set of all letters takes its time.
  return secret.length < LONG && /^[\p{L}\p{N}_]+$/u.test(secret);
}

function isWholeWord(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - REACH), start);
  return (
    (!/[\p{L}\p{N}_]$/u.test(before) || ENDS_IN_ESCAPE.test(before)) &&
    !/^[\p{L}\p{N}_]/u.test(text.slice(end, end + REACH))
  );
}

/** Spans that overlap become one, so that nothing of the shorter stays beside the longer. */
function merge(spans: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else if (start < end) merged.push({ start, end });
  }
  return merged;
}
