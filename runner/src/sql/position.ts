export interface Position {
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
}

/** Where an offset of a script lies. It makes no copy of the script, but reads it from the front: see {@link lineCounter}. */
export function positionOf(script: string, offset: number): Position {
  const lineStart = offset === 0 ? 0 : script.lastIndexOf('\n', offset - 1) + 1;
  const column = [...script.slice(lineStart, offset)].length + 1;
  return { line: 1 + countBreaks(script, 0, lineStart), column };
}

/** Tells the line of many places of one script; in their order, all of them together cost one reading. */
export function lineCounter(script: string): (offset: number) => number {
  let counted = 0;
  let breaks = 0;
  return (offset) => {
    if (offset < counted) [counted, breaks] = [0, 0];
    breaks += countBreaks(script, counted, offset);
    counted = offset;
    return breaks + 1;
  };
}

function countBreaks(script: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = script.indexOf('\n', from); at >= 0 && at < to; at = script.indexOf('\n', at + 1))
    breaks += 1;
  return breaks;
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
