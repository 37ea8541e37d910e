import { chmodSync, cpSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/synth-main';

const PARTS = [
  ...['runner/Dockerfile', 'runner/Dockerfile.dockerignore', 'runner/dist', 'migrations'],
  ...['runner/build-id.mjs', 'runner/in-function.mjs', 'runner/code-cache.mjs'],
  ...['runner/pretend-server.mjs', 'runner/pretend-database.mjs'],
];

/** What people leave lying about, and what must be in no image. */
const STRAY = ['.env', 'migrations/.env', 'migrations/rollback/.env.production', 'notes.txt', 'dump.sql'];

/**
 * The same repository as another person has it: elsewhere, under a strict umask, checked out years ago, with private
 * files beside the sources.
 */
export function copyContext(to: string, strayText: string): string {
  mkdirSync(to, { recursive: true });
  for (const part of PARTS) cpSync(join(ROOT, part), join(to, part), { recursive: true });
  for (const name of STRAY) writeFileSync(join(to, name), strayText);
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    const path = join(to, name);
    chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);
    utimesSync(path, 1_000_000_000, 1_000_000_000);
  }
  return to;
}
