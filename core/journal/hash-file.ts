import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { ContentHasher, type ContentHashes, hashContent, SpellingHasher } from './hash';
import { ReadTextError, readUtf8 } from './read-text';

/** Bytes that are read at a time: files can be large, and pods have little memory. */
const CHUNK = 131_072;
const CR = 13;

/** One for all files: thousands of small ones would be garbage that nobody collects in time. */
let shared: Buffer | undefined;

/**
 * Identifies a file without holding it.
 *
 * @throws ReadTextError as `readText`: what was hashed is text that PostgreSQL can take.
 */
export function hashFile(path: string): ContentHashes {
  let hasher: ContentHasher | undefined;
  let whole: ContentHashes | undefined;
  forEachPiece(path, (piece, isWhole) => {
    if (isWhole) {
      whole = hashContent(piece);
      return;
    }
    hasher ??= new ContentHasher();
    hasher.update(piece);
  });
  return whole ?? hasher?.digest() ?? hashContent(Buffer.alloc(0));
}

/**
 * Hashes of the other spellings of a file, see {@link SpellingHasher}.
 *
 * @throws ReadTextError when it is no longer the file of this hash.
 */
export function hashSpellings(path: string, hash: string): string[] {
  const hasher = new SpellingHasher();
  forEachPiece(path, (piece) => hasher.update(piece));
  const found = hasher.digest();
  if (found.hash !== hash) throw new ReadTextError(path, 'CHANGED');
  return found.spellings;
}

/**
 * Gives the bytes in pieces that are valid only during the call; none ends inside a character or a line end. Nearly all
 * files are one.
 */
function forEachPiece(path: string, use: (piece: Buffer, isWhole: boolean) => void): void {
  shared ??= Buffer.allocUnsafeSlow(CHUNK);
  const buffer = shared;
  const file = opened(path);
  try {
    let held = 0;
    for (let isFirst = true; ; isFirst = false) {
      const filled = fill(path, file, buffer, held);
      const isLast = filled < CHUNK;
      const end = isLast ? filled : filled - heldBack(buffer, filled);
      const piece = buffer.subarray(0, end);
      if (!isUtf8(piece) || piece.includes(0)) throw faultOf(path);
      if (end > 0) use(piece, isFirst && isLast);
      if (isLast) return;
      buffer.copyWithin(0, end, filled);
      held = filled - end;
    }
  } finally {
    closeSync(file);
  }
}

/** Reads until the buffer is full or the file at its end, and tells how far it is filled. */
function fill(path: string, file: number, buffer: Buffer, from: number): number {
  try {
    for (let filled = from; ; ) {
      if (filled === buffer.length) return filled;
      const read = readSync(file, buffer, filled, buffer.length - filled, null);
      if (read === 0) return filled;
      filled += read;
    }
  } catch (error) {
    throw faultOfSystem(path, error);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw faultOfSystem(path, error);
  }
}

/** How many bytes at the end belong to what comes next: a character that is not whole, or a CR. */
function heldBack(buffer: Buffer, filled: number): number {
  if (buffer[filled - 1] === CR) return 1;
  for (let back = 1; back <= Math.min(3, filled); back++) {
    const byte = buffer[filled - back] ?? 0;
    // The bytes of a character after its first begin with 10.
    if ((byte & 0xc0) !== 0x80) return bytesOfCharacter(byte) > back ? back : 0;
  }
  return 0;
}

function bytesOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

/** Who holds the whole file can say where the fault is. */
function faultOf(path: string): Error {
  try {
    readUtf8(path);
  } catch (error) {
    return error as Error;
  }
  return new ReadTextError(path, 'CHANGED');
}

function faultOfSystem(path: string, error: unknown): ReadTextError {
  return new ReadTextError(path, (error as NodeJS.ErrnoException).code ?? 'unknown');
}
