import { createHash } from 'node:crypto';
import type { Migration } from './types';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function withLf(text: string): string {
  return text.replace(/\r\n/g, '\n');
}

/** Hashes of the text with LF and with CRLF, without the one it has itself. */
export function otherLineEndHashes(text: string): string[] {
  const lf = withLf(text);
  const own = sha256(text);
  return [sha256(lf), sha256(lf.replace(/\n/g, '\r\n'))].filter((hash) => hash !== own);
}

/** Digest of a whole folder: order, tags, timestamps and contents, whatever the line ends. */
export function digestMigrations(migrations: readonly Pick<Migration, 'tag' | 'when' | 'sql'>[]): string {
  return sha256(JSON.stringify(migrations.map(({ tag, when, sql }) => [tag, when, sha256(withLf(sql))])));
}
