// Makes V8's code of each part with the Node that runs this, so that no run has to compile: node --random-seed=1 runner/code-cache.mjs FOLDER
// With that seed, the same Node makes the same bytes of the same parts.
import fs, { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { buildIdOf, partsIn } from './build-id.mjs';
import { inFunction } from './in-function.mjs';
import { PretendDatabase } from './pretend-database.mjs';
import { pretendServer } from './pretend-server.mjs';

/** Of what takes a tenth of a second. */
const LIMIT_MS = 20_000;
const PASSWORD = 'of-nobody';
/** Where Kubernetes reads the summary of a container that ended. */
const SUMMARY = '/dev/termination-log';

const [folder] = process.argv.slice(2).map((given) => resolve(given));
if (folder === undefined) throw new Error('no folder is named; name the one that holds runner.cjs');
const cache = join(folder, 'code-cache', `${buildIdOf(folder)}-${process.version}-${process.arch}`);
// What another Node has made here would only be carried along.
rmSync(dirname(cache), { recursive: true, force: true });
mkdirSync(cache, { recursive: true });

/** Of parts that were run, V8 keeps only what was called: a run loads and holds half as much as with all of it. */
const run = new Map();
await rehearse();
for (const part of partsIn(folder))
  writeFileSync(join(cache, part), (run.get(part) ?? eager(part)).createCachedData());

/** Calls what a `migrate` in a Job calls: once with all migrations pending, and once with nothing to do. */
async function rehearse() {
  const migrations = join(cache, 'migrations');
  mkdirSync(join(migrations, 'meta'), { recursive: true });
  const tags = ['0000_one', '0001_two'];
  const entries = tags.map((tag, idx) => ({ idx, version: '7', when: idx + 1, tag, breakpoints: true }));
  const journal = JSON.stringify({ version: '7', dialect: 'postgresql', entries });
  writeFileSync(join(migrations, 'meta', '_journal.json'), journal);
  for (const tag of tags) writeFileSync(join(migrations, `${tag}.sql`), `create table "${tag}" (id int);\n`);
  const database = new PretendDatabase();
  const load = loading(database);
  const { now } = Date;
  const started = now();
  // On a busy machine a long duration would be told by other functions.
  Date.now = () => started;
  // What was called must not be forgotten before it is kept.
  setFlagsFromString('--no-flush-bytecode');
  await migrate(load, migrations, database, 'migration_applied');
  await migrate(load, migrations, database, 'nothing_pending');
  // V8 compares the flags too.
  setFlagsFromString('--flush-bytecode');
  Date.now = now;
  rmSync(migrations, { recursive: true });
}

/**
 * Runs the command once.
 *
 * @throws Error where it ends in another way than with `event`: V8 would keep what that way calls.
 */
async function migrate(load, migrations, database, event) {
  const said = [];
  const stream = {
    on: () => undefined,
    write(text, then) {
      said.push(text);
      then?.();
    },
  };
  database.asked = [];
  const host = {
    argv: ['node', 'runner', 'migrate'],
    env: {
      DATABASE_URL: `postgresql://nobody:${PASSWORD}@database/none?sslmode=disable`,
      ...{ CONNECT_RETRY_SECONDS: '0', LOCK_WAIT_SECONDS: '0', LOG_FORMAT: 'json' },
      MIGRATIONS_FOLDER: migrations,
      ...{ JOB_NAME: 'job', POD_NAME: 'pod', IMAGE: 'image', HOSTNAME: 'pod', PATH: '/nodejs/bin' },
    },
    ...{ stdout: stream, stderr: stream },
    on: () => undefined,
    // Where the clock stands still, whoever waits would wait for ever.
    once: (signal, end) => signal === 'SIGTERM' && setTimeout(end, LIMIT_MS).unref(),
    exit: () => undefined,
  };
  await load('./start.cjs').start(host);
  const { exitCode } = host;
  const told = said.join('');
  if (exitCode === 0 && told.includes(`"event":"${event}"`) && told.includes('"outcome":"succeeded"')) return;
  throw new Error(
    `a rehearsed migrate ended with ${exitCode} and not with ${event}; it asked:\n${database.asked.join(';\n')}\nand said:\n${told}`,
  );
}

/** Loads parts as the runner does, but gives them a server in memory, and lets them write no summary of a pod. */
function loading(database) {
  const connect = pretendServer({
    password: PASSWORD,
    answer: (statement, pid) => database.answer(statement, pid),
  });
  const instead = {
    net: { __proto__: net, connect },
    fs: {
      __proto__: fs,
      // In a Job it is there; an image may be built in a pod, too, whose own is none of the runner's business.
      existsSync: (path) => path === SUMMARY || fs.existsSync(path),
      writeFileSync: (path, ...rest) => path === SUMMARY || fs.writeFileSync(path, ...rest),
    },
    // The size of the heap's young part is one of the flags.
    v8: { setFlagsFromString: () => undefined },
  };
  const parts = new Map();
  const require = createRequire(import.meta.url);
  const load = (name) => {
    if (!name.startsWith('./')) return instead[name.replace('node:', '')] ?? require(name);
    const known = parts.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    parts.set(name, module);
    const part = name.slice(2);
    const script = scriptOf(part);
    run.set(part, script);
    script.runInThisContext()(module.exports, load, module, join(folder, name), folder);
    return module.exports;
  };
  return load;
}

/** With all of its functions: otherwise one is compiled when it is called. */
function eager(part) {
  setFlagsFromString('--no-lazy');
  const script = scriptOf(part);
  setFlagsFromString('--lazy');
  return script;
}

function scriptOf(part) {
  const text = readFileSync(join(folder, part), 'utf8');
  // A letter of another kind would make V8 hold all of it in twice the space.
  if (/[^\0-\x7f]/.test(text)) throw new Error(`${part} is not ASCII; let esbuild escape it (charset)`);
  return new Script(inFunction(text), { filename: part });
}
