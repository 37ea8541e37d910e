import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The runner's bundle, copied beside the bundle of this command; the second is the same seen from the source. */
const PLACES = ['./runner/runner.cjs', '../dist/runner/runner.cjs'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Path of the runner, which is started as a process: every command that touches the database is the runner's. */
export function runnerBundle(): string {
  const found = PLACES.find(existsSync);
  if (!found) throw new Error(`${PLACES[0]} is missing; run npm run build`);
  return found;
}
