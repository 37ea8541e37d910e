import { readFileSync } from 'node:fs';

/** Why a file has no text for us: `code` is Node's (ENOENT, EISDIR …), or `ENCODING` when it is not UTF-8. */
export class ReadTextError extends Error {
  constructor(
    readonly path: string,
    readonly code: string,
  ) {
    super(
      code === 'ENCODING'
        ? `${path} is not valid UTF-8; save it as UTF-8`
        : `${path} cannot be read (${code}); make it a readable file`,
    );
    this.name = 'ReadTextError';
  }
}

/** Reads a file as UTF-8, its byte order mark included, as Drizzle does. @throws ReadTextError. */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new ReadTextError(path, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ReadTextError(path, 'ENCODING');
  }
}
