import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, TextDecoder } from 'node:util';
import { GateErrors } from '../../../../runner/src/errors/gate-error';
import type { ManifestObject } from './manifest-object';
import { parseManifest } from './parse-manifest';

/** Standard input in place of a file. */
export const STDIN = '-';

const IS_MANIFEST = /\.(ya?ml|json)$/;

/**
 * All objects of files, of folders (not of those below them: there lies what is applied by hand), or of standard input.
 * The same object in two files counts once.
 *
 * @throws GateErrors (64) for a path that is not there, (78) for what is in the files; always all of them at once.
 */
export function readManifests(paths: readonly string[], standardInput: () => string): ManifestObject[] {
  const missing: string[] = [];
  const sources = paths.flatMap((path) => sourcesOf(path, standardInput, missing));
  if (missing.length > 0) {
    throw new GateErrors('USAGE', missing, 'synthesize the manifests first, or give their files or folders');
  }
  const problems: string[] = [];
  const objects: ManifestObject[] = [];
  for (const { name, text } of sources) {
    const parsed = parseManifest(text, name);
    problems.push(...parsed.problems);
    for (const object of parsed.objects) {
      const same = objects.find((other) => isSame(other, object));
      if (!same) objects.push(object);
      else if (!isDeepStrictEqual(same, object)) {
        problems.push(
          `${name}: ${object.kind} ${object.metadata.name} is there twice, with another content each`,
        );
      }
    }
  }
  if (problems.length > 0)
    throw new GateErrors('CONFIG', problems, 'correct the files, or synthesize them again');
  return objects;
}

interface Source {
  readonly name: string;
  readonly text: string;
}

function sourcesOf(path: string, standardInput: () => string, missing: string[]): Source[] {
  try {
    if (path === STDIN) return [{ name: 'standard input', text: standardInput() }];
    if (!statSync(path).isDirectory()) return [{ name: path, text: textOf(path) }];
    const names = readdirSync(path)
      .filter((name) => IS_MANIFEST.test(name))
      .sort();
    const files = names.map((name) => join(path, name)).filter((file) => statSync(file).isFile());
    if (files.length === 0) missing.push(`${path} has no manifests (*.yaml, *.yml, *.json)`);
    return files.map((name) => ({ name, text: textOf(name) }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    missing.push(
      `${path} ${code === 'ENOENT' ? 'does not exist' : `can't be read (${code ?? 'not UTF-8'})`}`,
    );
    return [];
  }
}

function textOf(path: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
}

function isSame(one: ManifestObject, other: ManifestObject): boolean {
  return (
    one.kind === other.kind &&
    one.apiVersion === other.apiVersion &&
    one.metadata.name === other.metadata.name &&
    one.metadata.namespace === other.metadata.namespace
  );
}
