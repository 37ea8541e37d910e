import { readFileSync } from 'node:fs';
import { GateError, GateErrors } from '../../../../runner/src/errors/gate-error';
import type { ManifestObject } from '../apply/manifest-object';
import { parseManifest } from '../apply/parse-manifest';

const REMEDY = 'synthesize the manifests, or give another one with --file';

/** The objects of a manifest, as kubectl reads it. @throws GateError (78) when it can't be read, or is none. */
export function readObjects(file: string): readonly ManifestObject[] {
  const { objects, problems } = parseManifest(textOf(file), file);
  if (problems.length > 0) throw new GateErrors('CONFIG', problems, REMEDY);
  return objects;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'does not exist' : `can not be read (${code})`;
    throw new GateError('CONFIG', `${file} ${what}`, { remedy: REMEDY });
  }
}
