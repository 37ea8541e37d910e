import { join, sep } from 'node:path';

/**
 * Gives the path of a file by its name in a folder, which has "/" on every system. The folder's own path is cleaned once: for
 * thousands of files `join` takes longer than to open them.
 */
export function pathIn(folder: string): (file: string) => string {
  const base = join(folder, '_').slice(0, -1);
  return (file) => base + (sep === '/' ? file : file.replaceAll('/', sep));
}
