import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { withFolder } from '../cli/support';
import type { KubeObject } from './synth';

/** Objects of each file that the main.ts of an example writes; `path` is its folder below `examples/`. */
export function synthExample(path: string): Promise<Record<string, KubeObject[]>> {
  return withFolder(async (outdir) => {
    process.env.CDK8S_OUTDIR = outdir;
    try {
      await import(`../../examples/${path}/main`);
    } finally {
      delete process.env.CDK8S_OUTDIR;
    }
    const files = readdirSync(outdir).map((name): [string, KubeObject[]] => {
      const documents = parseAllDocuments(readFileSync(join(outdir, name), 'utf8'));
      return [name, documents.map((document) => document.toJS() as KubeObject)];
    });
    return Object.fromEntries(files);
  });
}
