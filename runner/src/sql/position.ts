export interface Position {
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
  /** The line itself and a caret under the column. */
  readonly excerpt: string;
}

const WIDTH = 100;

/** Where an offset of a script lies, with the line and a caret. */
export function positionOf(script: string, offset: number): Position {
  const before = script.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = script.indexOf('\n', offset);
  const line = script.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).replace(/\r$/, '');
  const at = offset - lineStart;
  // A long line is shown around the caret only.
  const from = at < WIDTH ? 0 : at - WIDTH / 2;
  const shown = line.slice(from, from + WIDTH).replaceAll('\t', ' ');
  return {
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
    excerpt: `${shown}\n${' '.repeat(at - from)}^`,
  };
}

/** The server counts a statement's characters by code point; JavaScript by UTF-16 unit. */
export function offsetOfCharacter(text: string, character: number): number {
  let offset = 0;
  let index = 0;
  for (const symbol of text) {
    if (index === character) break;
    offset += symbol.length;
    index += 1;
  }
  return offset;
}
