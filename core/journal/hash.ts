import { createHash } from 'node:crypto';
import type { Migration } from './types';

export const BYTE_ORDER_MARK = '\uFEFF';

const MARK = Buffer.from(BYTE_ORDER_MARK);
const LF = 10;
const CR = 13;
/** Bytes that are converted at a time: files can be large, and pods have little memory. */
const CHUNK = 65_536;

/** What identifies the content of a file. */
export type ContentHashes = Pick<Migration, 'hash' | 'equalHashes' | 'lfHash'>;

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

export function withLf(text: string): string {
  return text.replace(/\r\n/g, '\n');
}

export function hasMark(bytes: Uint8Array): boolean {
  return MARK.equals(bytes.subarray(0, MARK.length));
}

/**
 * Hashes under which the same migration may have been recorded: with LF or CRLF, with or without a byte order mark.
 * The text's own is left out.
 */
export function equalHashes(text: string): string[] {
  return [...hashContent(Buffer.from(text)).equalHashes];
}

/** Hashes the bytes of a file in all its spellings, without a copy of any. */
export function hashContent(bytes: Uint8Array): ContentHashes {
  const marked = hasMark(bytes);
  const spellings = [false, true].flatMap((withMark) => {
    const both = { withMark, lf: createHash('sha256'), crlf: createHash('sha256') };
    if (withMark) for (const hasher of [both.lf, both.crlf]) hasher.update(MARK);
    return [both];
  });
  forEachChunk(marked ? bytes.subarray(MARK.length) : bytes, (lf, crlf) => {
    for (const spelling of spellings) {
      spelling.lf.update(lf);
      spelling.crlf.update(crlf);
    }
  });
  const hash = sha256(bytes);
  const hashed = spellings.map(({ withMark, lf, crlf }) => ({
    ...{ withMark, lf: lf.digest('hex'), crlf: crlf.digest('hex') },
  }));
  const all = new Set(hashed.flatMap(({ lf, crlf }) => [lf, crlf]));
  all.delete(hash);
  const lfHash = hashed.find(({ withMark }) => withMark === marked)?.lf ?? hash;
  return { hash, equalHashes: [...all], lfHash };
}

/** Gives the bytes piece by piece, with each line end as LF and as CRLF; a CR that ends no line stays. */
function forEachChunk(bytes: Uint8Array, use: (lf: Uint8Array, crlf: Uint8Array) => void): void {
  const lf = Buffer.allocUnsafe(CHUNK);
  const crlf = Buffer.allocUnsafe(2 * CHUNK);
  for (let from = 0; from < bytes.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, bytes.length);
    let atLf = 0;
    let atCrlf = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === CR && bytes[at + 1] === LF) continue;
      if (byte === LF) crlf[atCrlf++] = CR;
      lf[atLf++] = byte;
      crlf[atCrlf++] = byte;
    }
    use(lf.subarray(0, atLf), crlf.subarray(0, atCrlf));
  }
}

/** Digest of a whole folder: order, tags, timestamps and contents, whatever the line ends. */
export function digestMigrations(migrations: readonly Pick<Migration, 'tag' | 'when' | 'lfHash'>[]): string {
  return sha256(JSON.stringify(migrations.map(({ tag, when, lfHash }) => [tag, when, lfHash])));
}
