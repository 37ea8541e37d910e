import type { Problems } from './problems';
import { shown } from './problems';

/** A file as a ConfigMap carries it: keys can hold no "/", so the path is restored when it is mounted. */
export interface ConfigMapFile {
  readonly key: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Client-side `kubectl apply` keeps a copy of the object in an annotation, and annotations end at 262,144
 * bytes.
 */
export const MAX_CONFIG_MAP_BYTES = 250_000;

/** What drizzle-kit 1.x, and rollback scripts in its layout, call every file: the folder tells them apart. */
const SAME_EVERYWHERE = /\/(?:migration|rollback|down)\.sql$/;

/** Gives each file a key: its own name where that is a valid key and still free, with its folder where all have one. */
export function filesWithKeys(files: readonly { path: string; text: string }[]): ConfigMapFile[] {
  const taken = new Set<string>();
  return files.map(({ path, text }) => {
    const name = (SAME_EVERYWHERE.test(path) ? path : path.slice(path.lastIndexOf('/') + 1))
      .replace(/[^-._a-zA-Z0-9]/g, '_')
      .slice(-240);
    let key = name.startsWith('..') ? `_${name}` : name;
    for (let copy = 2; taken.has(key); copy += 1) key = `${copy}-${name}`;
    taken.add(key);
    return { key, path, text };
  });
}

export function dataOf(files: readonly ConfigMapFile[]): { [key: string]: string } {
  return Object.fromEntries(files.map(({ key, text }) => [key, text]));
}

/** How a volume restores the paths. */
export function itemsOf(files: readonly ConfigMapFile[]): { [key: string]: { path: string } } {
  return Object.fromEntries(files.map(({ key, path }) => [key, { path }]));
}

export function checkSize(
  problems: Problems,
  name: string,
  files: readonly ConfigMapFile[],
  remedy: string,
): void {
  const bytes = Buffer.byteLength(JSON.stringify(dataOf(files)));
  if (bytes <= MAX_CONFIG_MAP_BYTES) return;
  problems.add(
    'localFolder',
    `the ConfigMap ${shown(name)} would hold ${count(bytes)} bytes, and \`kubectl apply\` carries at most ${count(MAX_CONFIG_MAP_BYTES)}; ${remedy}`,
  );
}

function count(bytes: number): string {
  return bytes.toLocaleString('en-US');
}
