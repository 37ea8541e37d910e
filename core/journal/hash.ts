import { createHash } from 'node:crypto';
import type { Migration } from './types';

export const BYTE_ORDER_MARK = '\uFEFF';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function withLf(text: string): string {
  return text.replace(/\r\n/g, '\n');
}

/**
 * Hashes under which the same migration may have been recorded: with LF or CRLF, with or without a byte order mark.
 * The text's own is left out.
 */
export function equalHashes(text: string): string[] {
  const lf = withLf(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  const crlf = lf.replace(/\n/g, '\r\n');
  const hashes = new Set([lf, crlf, BYTE_ORDER_MARK + lf, BYTE_ORDER_MARK + crlf].map(sha256));
  hashes.delete(sha256(text));
  return [...hashes];
}

/** Digest of a whole folder: order, tags, timestamps and contents, whatever the line ends. */
export function digestMigrations(migrations: readonly Pick<Migration, 'tag' | 'when' | 'sql'>[]): string {
  return sha256(JSON.stringify(migrations.map(({ tag, when, sql }) => [tag, when, sha256(withLf(sql))])));
}
