import { readFileSync } from 'node:fs';

/** Why a file has no text for us: `code` is Node's (ENOENT, EISDIR …), `ENCODING` when it is not UTF-8, or `NUL`. */
export class ReadTextError extends Error {
  constructor(
    readonly path: string,
    readonly code: string,
    problem = `cannot be read (${code}); make it a readable file`,
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
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new ReadTextError(path, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
  const text = decode(path, bytes);
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const before = text.slice(0, nul).split('\n');
    const place = `line ${before.length}, column ${[...(before.at(-1) ?? '')].length + 1}`;
    const remedy = 'remove it, or save the file as UTF-8 if it is UTF-16';
    throw new ReadTextError(
      path,
      'NUL',
      `has the character U+0000 in ${place}, which PostgreSQL can't take; ${remedy}`,
    );
  }
  return text;
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ReadTextError(path, 'ENCODING', 'is not valid UTF-8; save it as UTF-8');
  }
}
