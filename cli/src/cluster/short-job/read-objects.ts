import { readFileSync } from 'node:fs';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { GateError } from '../../../../runner/src/errors/gate-error';

/** The objects of a manifest. @throws GateError (78) when it can't be read, or is none. */
export function readObjects(file: string): KubernetesObject[] {
  const documents = parseAllDocuments(textOf(file));
  const fault = documents.flatMap(({ errors }) => errors)[0];
  if (fault) throw refused(file, `is not valid YAML: ${fault.message.split('\n')[0]}`);
  const objects = documents
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((each) => !!each);
  for (const { apiVersion, kind, metadata } of objects) {
    if (!apiVersion || !kind || !metadata?.name)
      throw refused(file, 'has an object without apiVersion, kind or name');
  }
  return objects;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refused(file, code === 'ENOENT' ? 'does not exist' : `can not be read (${code})`);
  }
}

function refused(file: string, what: string): GateError {
  return new GateError('CONFIG', `${file} ${what}`, {
    remedy: 'synthesize the manifests, or give another one with --file',
  });
}
