import stringWidth from 'string-width';
import { findSecrets, MASK } from './redact';
import { findPasswords, type Span } from './sql-secrets';

/** Columns of a terminal. */
const WIDTH = 100;
/** UTF-16 units that are looked at before and after the place: a line of bulk data can have megabytes. */
const REACH = 2000;

interface Cell {
  readonly text: string;
  readonly width: number;
}

/**
 * The line of a script that has an offset, and a caret under the place, aligned also behind tabs and wide characters. A
 * long line is shown around the place only. Passwords in it are masked, and what else is to be hidden.
 */
export function excerptOf(
  script: string,
  offset: number,
  { caret = true, hidden: known = [] }: { readonly caret?: boolean; readonly hidden?: readonly Span[] } = {},
): string {
  const at = Math.min(offset, script.length);
  const lineStart = at === 0 ? 0 : script.lastIndexOf('\n', at - 1) + 1;
  const nextBreak = script.indexOf('\n', at);
  const lineEnd = nextBreak < 0 ? script.length : nextBreak;
  const from = wholeCharacter(script, Math.max(lineStart, at - REACH));
  const to = wholeCharacter(script, Math.min(lineEnd, at + REACH));
  const hidden = [...hiddenIn(script, Math.max(0, at - REACH), to), ...known].sort(
    (a, b) => a.start - b.start,
  );
  // In the middle of a secret the caret stands at its beginning.
  const inside = hidden.find(({ start, end }) => start < at && at < end);
  const place = Math.max(from, inside?.start ?? at);
  const before = cellsOf(script, from, place, hidden);
  const after = cellsOf(script, place, to, hidden);
  const left = fit(before.reverse(), widthOf(before) < WIDTH ? WIDTH : WIDTH / 2).reverse();
  const right = fit(after, WIDTH - widthOf(left));
  const mark = (isCut: boolean) => (isCut ? '…' : '');
  const cutLeft = mark(left.length < before.length || from > lineStart);
  const cutRight = mark(right.length < after.length || to < lineEnd);
  const line = [...left, ...right].map(({ text }) => text).join('');
  const shown = `${cutLeft}${line}${cutRight}`.trimEnd();
  return caret ? `${shown}\n${' '.repeat(cutLeft.length + widthOf(left))}^` : shown;
}

/** Passwords and known secrets; it looks at the lines before too, where PASSWORD can stand. */
function hiddenIn(script: string, from: number, to: number): Span[] {
  const text = script.slice(from, to);
  return [...findPasswords(text), ...findSecrets(text)]
    .map(({ start, end }) => ({ start: start + from, end: end + from }))
    .sort((a, b) => a.start - b.start);
}

function cellsOf(script: string, from: number, to: number, hidden: readonly Span[]): Cell[] {
  const cells: Cell[] = [];
  let at = from;
  for (const { start, end } of hidden) {
    if (end <= at || start >= to) continue;
    cells.push(...graphemes(script.slice(at, Math.max(at, start))), { text: MASK, width: MASK.length });
    at = Math.min(end, to);
  }
  return [...cells, ...graphemes(script.slice(at, to))];
}

function graphemes(text: string): Cell[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) =>
    // Tabs would move the caret, other control characters the terminal.
    /\p{Cc}/u.test(segment)
      ? { text: segment === '\r' ? '' : ' ', width: segment === '\r' ? 0 : 1 }
      : { text: segment, width: stringWidth(segment) },
  );
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

/** As many cells from the front as have room. */
function fit(cells: readonly Cell[], room: number): Cell[] {
  let used = 0;
  const end = cells.findIndex(({ width }) => {
    used += width;
    return used > room;
  });
  return end < 0 ? [...cells] : cells.slice(0, end);
}

/** Never between the two halves of a character. */
function wholeCharacter(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset + 1 : offset;
}
