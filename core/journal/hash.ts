import crypto, { createHash, type Hash } from 'node:crypto';
import type { Migration } from './types';

export const BYTE_ORDER_MARK = '\uFEFF';

const MARK = Buffer.from(BYTE_ORDER_MARK);
const LF = 10;
const CR = 13;
/** Bytes that are converted at a time. */
const CHUNK = 65_536;

/** What identifies the content of a file. */
export interface ContentHashes extends Pick<Migration, 'hash' | 'lfHash'> {
  /** Whether it begins with a byte order mark. */
  readonly isMarked: boolean;
}

/** Of Node 20.12: without an object for each hash, which small files would spend most of their time on. */
const { hash: hashOnce } = crypto as Partial<Pick<typeof crypto, 'hash'>>;

export function sha256(text: string | Uint8Array): string {
  return hashOnce ? hashOnce('sha256', text) : createHash('sha256').update(text).digest('hex');
}

export function withLf(text: string): string {
  return text.replace(/\r\n/g, '\n');
}

/**
 * Hashes under which the same migration may have been recorded: with LF or CRLF, with or without a byte order mark.
 * The text's own is left out.
 */
export function equalHashes(text: string): string[] {
  const hasher = new SpellingHasher();
  hasher.update(Buffer.from(text));
  return hasher.digest().spellings;
}

/** Hashes a content that is there as a whole. */
export function hashContent(content: Uint8Array): ContentHashes {
  if (content.includes(CR)) {
    const hasher = new ContentHasher();
    hasher.update(content);
    return hasher.digest();
  }
  const hash = sha256(content);
  return { hash, lfHash: hash, isMarked: hasMark(content) };
}

/** Hashes a content piece by piece. No piece may end inside a line end. */
export class ContentHasher {
  private readonly own = createHash('sha256');
  /** Only where there is a CR; until then both are the same. */
  private lf: Hash | undefined;
  private isMarked: boolean | undefined;

  update(piece: Uint8Array): void {
    this.isMarked ??= hasMark(piece);
    if (!this.lf && piece.includes(CR)) this.lf = this.own.copy();
    const { lf } = this;
    if (lf) forEachChunk(piece, (chunk) => lf.update(chunk));
    this.own.update(piece);
  }

  digest(): ContentHashes {
    const hash = this.own.digest('hex');
    return { hash, lfHash: this.lf?.digest('hex') ?? hash, isMarked: this.isMarked === true };
  }
}

/** Hashes all spellings of a content piece by piece, without a copy of any. No piece may end inside a line end. */
export class SpellingHasher {
  private readonly own = createHash('sha256');
  private readonly lf = [createHash('sha256'), createHash('sha256').update(MARK)];
  private readonly crlf = [createHash('sha256'), createHash('sha256').update(MARK)];
  private hasBegun = false;

  update(piece: Uint8Array): void {
    this.own.update(piece);
    const text = !this.hasBegun && hasMark(piece) ? piece.subarray(MARK.length) : piece;
    this.hasBegun = true;
    forEachChunk(text, (lf, crlf) => {
      for (const hasher of this.lf) hasher.update(lf);
      for (const hasher of this.crlf) hasher.update(crlf);
    });
  }

  /** The content's own hash, and those of its other spellings. */
  digest(): { readonly hash: string; readonly spellings: string[] } {
    const hash = this.own.digest('hex');
    const both = this.lf.flatMap((lf, index) => [lf, this.crlf[index] ?? lf]);
    const all = new Set(both.map((hasher) => hasher.digest('hex')));
    all.delete(hash);
    return { hash, spellings: [...all] };
  }
}

function hasMark(bytes: Uint8Array): boolean {
  return MARK.equals(bytes.subarray(0, MARK.length));
}

/** Gives the bytes piece by piece, with each line end as LF and as CRLF; a CR that ends no line stays. */
function forEachChunk(bytes: Uint8Array, use: (lf: Uint8Array, crlf: Uint8Array) => void): void {
  const lf = Buffer.allocUnsafe(Math.min(CHUNK, bytes.length));
  const crlf = Buffer.allocUnsafe(2 * lf.length);
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
