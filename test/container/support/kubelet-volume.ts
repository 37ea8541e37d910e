import { chmodSync, chownSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VolumeFile } from './pod-plan';

/**
 * Writes a volume as kubelet does, so that what a program meets in production is met here: the files lie in a folder
 * with a time for its name, `..data` points to it, and every name in the volume is a link through `..data`. All belongs
 * to root, and to the pod's group, which may read.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go
 */
export function writeVolume(
  parent: string,
  files: readonly VolumeFile[],
  fsGroup: number | undefined,
): string {
  const root = mkdtempSync(join(parent, 'volume-'));
  const time = '..2026_01_02_03_04_05.678';
  const own = (path: string, mode: number) => {
    const isFolder = statSync(path).isDirectory();
    chownSync(path, 0, fsGroup ?? 0);
    chmodSync(path, fsGroup === undefined ? mode : mode | (isFolder ? 0o2550 : 0o440));
  };
  mkdirSync(join(root, time));
  own(root, 0o777);
  own(join(root, time), 0o755);
  symlinkSync(time, join(root, '..data'));
  for (const { path, content, mode } of files) {
    const file = join(root, time, path);
    for (const folder of foldersTo(path)) {
      mkdirSync(join(root, time, folder), { recursive: true });
      own(join(root, time, folder), 0o755);
    }
    writeFileSync(file, content);
    own(file, mode);
  }
  for (const name of new Set(files.map(({ path }) => path.split('/')[0] ?? ''))) {
    symlinkSync(join('..data', name), join(root, name));
  }
  return root;
}

function foldersTo(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...foldersTo(parent), parent];
}
