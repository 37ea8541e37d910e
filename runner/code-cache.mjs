// Makes V8's code of each part with the Node that runs this, so that no run has to compile: node --random-seed=1 runner/code-cache.mjs FOLDER
// With that seed, the same Node makes the same bytes of the same parts.
import fs, { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { buildIdOf, partsIn } from './build-id.mjs';
import { inFunction } from './in-function.mjs';

const [folder] = process.argv.slice(2).map((given) => resolve(given));
if (folder === undefined) throw new Error('no folder is named; name the one that holds runner.cjs');
const cache = join(folder, 'code-cache', `${buildIdOf(folder)}-${process.version}-${process.arch}`);
// What another Node has made here would only be carried along.
rmSync(dirname(cache), { recursive: true, force: true });
mkdirSync(cache, { recursive: true });

/** An image may be built in a pod, whose own summary is none of the runner's business. */
const existsSync = (path) => path !== '/dev/termination-log' && fs.existsSync(path);

/** Of parts that were run, V8 keeps only what was called: a run loads and holds half as much as with all of it. */
const run = new Map();
await migrateNowhere();
for (const part of partsIn(folder))
  writeFileSync(join(cache, part), (run.get(part) ?? eager(part)).createCachedData());

/** Calls what a `migrate` calls up to its login: its folder has one migration, and nobody answers at its port. */
async function migrateNowhere() {
  const migrations = join(cache, 'migrations');
  mkdirSync(join(migrations, 'meta'), { recursive: true });
  const entries = [{ idx: 0, version: '7', when: 1, tag: '0000_one', breakpoints: true }];
  const journal = JSON.stringify({ version: '7', dialect: 'postgresql', entries });
  writeFileSync(join(migrations, 'meta', '_journal.json'), journal);
  writeFileSync(join(migrations, '0000_one.sql'), 'select 1;\n');
  const said = [];
  const stream = { write: (text) => said.push(text) };
  const parts = new Map();
  const require = createRequire(import.meta.url);
  const load = (name) => {
    if (name === 'node:fs') return { ...fs, existsSync };
    if (!name.startsWith('./')) return require(name);
    const known = parts.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    parts.set(name, module);
    const script = scriptOf(name.slice(2));
    run.set(name.slice(2), script);
    script.runInThisContext()(module.exports, load, module, join(folder, name), folder);
    return module.exports;
  };
  // What was called must not be forgotten before it is kept.
  setFlagsFromString('--no-flush-bytecode');
  await load('./start.cjs').run({
    argv: ['migrate'],
    env: {
      DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:1/none?sslmode=disable',
      ...{ CONNECT_RETRY_SECONDS: '0', LOG_FORMAT: 'json', MIGRATIONS_FOLDER: migrations },
    },
    stdout: stream,
    stderr: stream,
    signal: new AbortController().signal,
    stray: new Promise(() => undefined),
  });
  // V8 compares the flags too.
  setFlagsFromString('--flush-bytecode');
  rmSync(migrations, { recursive: true });
  // Called elsewhere.
  run.delete('start.cjs');
  if (!said.join('').includes('"exitCode":69'))
    throw new Error(`a migrate without a server ended otherwise:\n${said.join('')}`);
}

/** With all of its functions: otherwise one is compiled when it is called, and nothing of it is called here. */
function eager(part) {
  setFlagsFromString('--no-lazy');
  const script = scriptOf(part);
  setFlagsFromString('--lazy');
  return script;
}

function scriptOf(part) {
  const text = readFileSync(join(folder, part), 'utf8');
  // It is read as latin1, which needs no decoding.
  if (/[^\0-\x7f]/.test(text)) throw new Error(`${part} is not ASCII; let esbuild escape it (charset)`);
  return new Script(inFunction(text), { filename: part });
}
