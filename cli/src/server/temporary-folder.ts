import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** Makes a folder that is removed at the latest when the process exits, also when it exits in the middle. */
export function makeTemporaryFolder(prefix: string, parent = tmpdir()): TemporaryFolder {
  const path = mkdtempSync(join(parent, prefix));
  // A server that is still writing its last files makes the first attempt fail.
  const erase = () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  process.once('exit', erase);
  return {
    path,
    remove: () => {
      process.removeListener('exit', erase);
      erase();
    },
  };
}
