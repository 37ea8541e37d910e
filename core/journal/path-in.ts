import { join, sep } from 'node:path';

let last: { readonly folder: string; readonly base: string } | undefined;

/**
 * Gives the path of a file by its name in a folder, which has "/" on every system. The folder's own path is cleaned once: for
 * thousands of files `join` takes longer than to open them.
 */
export function pathIn(folder: string): (file: string) => string {
  if (last?.folder !== folder) last = { folder, base: join(folder, '_').slice(0, -1) };
  const { base } = last;
  return (file) => base + (sep === '/' ? file : file.replaceAll('/', sep));
}
