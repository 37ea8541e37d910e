import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sha256 } from './hash';

/** UTF-16 units. */
const PIECE = 1_000_000;

const PROBLEMS: Readonly<Record<string, string>> = {
  CHANGED: 'was changed while the migrations were read; run again',
  ENCODING: 'is not valid UTF-8; save it as UTF-8',
};

/**
 * Why a file has no text for us: `code` is Node's (ENOENT, EISDIR …), `ENCODING` when it is not UTF-8, `NUL` when it has that
 * character, `CHANGED` when it is no longer the one that was hashed.
 */
export class ReadTextError extends Error {
  constructor(
    readonly path: string,
    readonly code: string,
    problem = PROBLEMS[code] ?? `cannot be read (${code}); make it a readable file`,
  ) {
    super(`${path} ${problem}`);
    this.name = 'ReadTextError';
  }
}

/**
 * Reads a file as UTF-8, its byte order mark included, as Drizzle does.
 *
 * @throws ReadTextError, also for the character that no text of PostgreSQL can hold.
 */
export function readText(path: string): string {
  return textOf(readUtf8(path));
}

/** The bytes of such a file, all at once. @throws ReadTextError as {@link readText}. */
export function readUtf8(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new ReadTextError(path, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
  if (!isUtf8(bytes)) throw new ReadTextError(path, 'ENCODING');
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    const before = textOf(bytes.subarray(0, nul)).split('\n');
    const place = `line ${before.length}, column ${[...(before.at(-1) ?? '')].length + 1}`;
    const remedy = 'remove it, or save the file as UTF-8 if it is UTF-16';
    throw new ReadTextError(
      path,
      'NUL',
      `has the character U+0000 in ${place}, which PostgreSQL can't take; ${remedy}`,
    );
  }
  return bytes;
}

/**
 * Reads again a file whose bytes had this hash, without holding both bytes and text.
 *
 * @throws ReadTextError when it is another one by now: what is no UTF-8 is decoded to something else.
 */
export function readHashedText(path: string, hash: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ReadTextError(path, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
  if (hashOf(text) !== hash) throw new ReadTextError(path, 'CHANGED');
  return text;
}

/** Piece by piece, because each is encoded for it. */
function hashOf(text: string): string {
  if (text.length <= PIECE) return sha256(text);
  const hasher = createHash('sha256');
  for (let from = 0; from < text.length; ) {
    const to = from + PIECE;
    const end = isCharacterCut(text, to) ? to + 1 : to;
    hasher.update(text.slice(from, end));
    from = end;
  }
  return hasher.digest('hex');
}

function isCharacterCut(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8');
}
