import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is started, and loads the parts. */
export const ENTRY = 'runner.cjs';

/** Names of the parts in a folder. */
export function partsIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cjs') && name !== ENTRY)
    .sort();
}

/** What tells the parts in a folder from those of any other build. */
export function buildIdOf(folder) {
  const digest = createHash('sha256');
  for (const part of partsIn(folder)) digest.update(part).update(readFileSync(join(folder, part)));
  return digest.digest('hex').slice(0, 12);
}
