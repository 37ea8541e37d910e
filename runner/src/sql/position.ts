export interface Position {
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
}

/** Where an offset of a script lies. */
export function positionOf(script: string, offset: number): Position {
  const before = script.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 };
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
