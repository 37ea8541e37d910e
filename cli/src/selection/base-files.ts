import { git, mergeBase } from './changed-files';

/** Files of the folder where this branch left `base`, relative to the folder. */
export async function filesAt(folder: string, base: string): Promise<ReadonlySet<string>> {
  const ancestor = await mergeBase(folder, base);
  const list = await git(folder, 'ls-tree', '-r', '--name-only', '-z', ancestor, '--', '.');
  return new Set(list.split('\0').filter((name) => name !== ''));
}

/** Text of a file of the folder as it was where this branch left `base`; undefined where it was not there. */
export async function fileAt(folder: string, base: string, file: string): Promise<string | undefined> {
  const ancestor = await mergeBase(folder, base);
  try {
    return await git(folder, 'show', '--end-of-options', `${ancestor}:./${file}`);
  } catch {
    return undefined;
  }
}
