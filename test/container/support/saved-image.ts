import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { engine, engineName, inspect } from './engine';

export interface SavedImage {
  /** Each file of the layers that are not of the base: "-rwxr-xr-x 0/0 4711 app/runner.cjs". */
  readonly files: readonly string[];
  /** Their uncompressed bytes, and everything that describes the image. */
  readonly bytes: readonly Buffer[];
  readonly compressedBytes: number;
}

/** What an image adds to its base, as a registry would get it. */
export async function saveImage(tag: string, base: string): Promise<SavedImage> {
  const folder = mkdtempSync(join(process.env.TEST_CONTAINER_FOLDER ?? '', 'saved-'));
  try {
    const archive = join(folder, 'image.tar');
    const format = engineName() === 'podman' ? ['--format', 'docker-archive'] : [];
    await engine(['save', ...format, '--output', archive, tag]);
    const [all, below] = await Promise.all([layersOf(tag), layersOf(base)]);
    if (all.slice(0, below.length).join() !== below.join()) throw new Error(`${tag} is not made of ${base}`);
    mkdirSync(join(folder, 'all'));
    execFileSync('tar', ['-xf', archive, '-C', join(folder, 'all')]);
    const read = (path: string) => readFileSync(join(folder, 'all', path));
    const [{ Layers, Config }] = JSON.parse(read('manifest.json').toString()) as [
      { Layers: string[]; Config: string },
    ];
    const own = Layers.slice(below.length).map((path) => uncompressed(read(path)));
    return {
      files: own.flatMap(listFiles),
      bytes: [...own, read(Config), read('manifest.json')],
      compressedBytes: own.reduce((sum, layer) => sum + gzipSync(layer).length, 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function layersOf(tag: string): Promise<string[]> {
  return (await inspect<{ RootFS: { Layers: string[] } }>('image', tag)).RootFS.Layers;
}

function uncompressed(layer: Buffer): Buffer {
  return layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
}

function listFiles(layer: Buffer): string[] {
  const listed = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: layer, encoding: 'utf8' });
  return listed
    .trim()
    .split('\n')
    .map((line) => {
      const [mode, owner, size, _date, _time, ...path] = line.split(/\s+/);
      return [mode, owner, size, ...path].join(' ');
    });
}
