// npm run test:e2e: the command against the cluster that the current kubeconfig names; README.md says how it is set up.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import { dropDatabases } from './support/databases';
import { Kube } from './support/kube';
import { namespaceName } from './support/names';
import { removeNamespaces } from './support/namespace';
import { type ProvidedDatabase, provideDatabase } from './support/provide-database';
import { provideImages } from './support/provide-image';
import { type RunState, stateEnv } from './support/run-state';
import { readSettings, type Settings } from './support/settings';

const config = new KubeConfig();
config.loadFromDefault();
const kube = new Kube(config);
const stop = new AbortController();
let child: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) return;
    console.error(`\n${signal}: stopping, and cleaning up`);
    stop.abort(new Error(signal));
    // With its workers, so that none makes anything after the cleaning.
    if (child?.pid) process.kill(-child.pid, 'SIGKILL');
  });
}

async function main(): Promise<number> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === '--clean') {
    const { database } = readSettings();
    if (database) await dropDatabases(database.url);
    console.log(`removed: ${(await removeNamespaces(kube)).join(', ') || 'nothing was left'}`);
    return 0;
  }
  const settings = readSettings();
  const suffix = randomBytes(3).toString('hex');
  const { gitVersion } = await kube.send<{ gitVersion: string }>('GET', '/version');
  console.log(`Kubernetes ${gitVersion} (context ${config.getCurrentContext()}), names end with ${suffix}`);
  let database: ProvidedDatabase | undefined;
  try {
    database = await provideDatabase(kube, settings, suffix);
    stop.signal.throwIfAborted();
    const [image, imageNext] = await provideImages(settings);
    stop.signal.throwIfAborted();
    const { identity, record, restartApi } = settings;
    const state = { suffix, image, imageNext, database: database.server, identity, record, restartApi };
    return await runTests(settings, state, first === undefined ? [] : [first, ...rest]);
  } finally {
    await cleanUp(settings, suffix, database);
  }
}

/** The tests of files that disturb the others, such as a restart of the API server, come alone and last. */
async function runTests(settings: Settings, state: RunState, args: readonly string[]): Promise<number> {
  const together = await jest(state, [`--maxWorkers=${settings.workers}`, ...args]);
  if (settings.restartApi === undefined || stop.signal.aborted) return together;
  const alone = await jest(state, ['--runInBand', '--testMatch', '**/test/e2e/**/*.alone.ts', ...args]);
  return together || alone;
}

function jest(state: RunState, args: readonly string[]): Promise<number> {
  const program = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const started = spawn(
    process.execPath,
    [...program, '-c', 'test/e2e/jest.config.mjs', '--passWithNoTests', ...args],
    {
      stdio: 'inherit',
      detached: true,
      env: { ...process.env, ...stateEnv(state) },
    },
  );
  child = started;
  return new Promise((resolve, reject) => {
    started.once('error', reject);
    started.once('close', (code) => resolve(code ?? 1));
  });
}

async function cleanUp(
  settings: Settings,
  suffix: string,
  database: ProvidedDatabase | undefined,
): Promise<void> {
  if (settings.keep) {
    console.log(
      `E2E_KEEP: left are the namespaces ${namespaceName(suffix, '*')}; npm run test:e2e -- --clean`,
    );
  } else {
    try {
      // First, because their pods use the databases.
      await removeNamespaces(kube, suffix);
    } finally {
      if (database && settings.database) await dropDatabases(database.server.adminUrl, suffix);
    }
  }
  database?.close();
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`test:e2e: ${stop.signal.aborted ? 'stopped' : (error as Error).message}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
// Connections of the port that is forwarded to PostgreSQL may still be open.
process.exit();
