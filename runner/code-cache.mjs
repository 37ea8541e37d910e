// Makes V8's code of each part with the Node that runs this, so that no run has to compile: node --random-seed=1 runner/code-cache.mjs FOLDER
// With that seed, the same Node makes the same bytes of the same parts.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { buildIdOf, partsIn } from './build-id.mjs';
import { inFunction } from './in-function.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('no folder is named; name the one that holds runner.cjs');
const cache = join(folder, 'code-cache', `${buildIdOf(folder)}-${process.version}-${process.arch}`);
// What another Node has made here would only be carried along.
rmSync(dirname(cache), { recursive: true, force: true });
mkdirSync(cache, { recursive: true });
for (const part of partsIn(folder)) {
  const text = readFileSync(join(folder, part), 'utf8');
  // It is read as latin1, which needs no decoding.
  if (/[^\0-\x7f]/.test(text)) throw new Error(`${part} is not ASCII; let esbuild escape it (charset)`);
  const source = inFunction(text);
  // Otherwise it is compiled when it is called, and nothing is called here.
  setFlagsFromString('--no-lazy');
  const script = new Script(source, { filename: part });
  // V8 compares the flags too.
  setFlagsFromString('--lazy');
  writeFileSync(join(cache, part), script.createCachedData());
}
