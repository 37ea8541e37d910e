import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Installs a package's dependencies with `npm ci`, unless they are those of its lock file already. */
export function ensureInstalled(folder: string): void {
  const lock = join(folder, 'package-lock.json');
  // npm's own note of what it installed has another form, so the lock file that it followed is kept beside.
  const followed = join(folder, 'node_modules', '.followed-package-lock.json');
  if (existsSync(followed) && readFileSync(followed).equals(readFileSync(lock))) return;
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 'inherit'] });
  copyFileSync(lock, followed);
}
