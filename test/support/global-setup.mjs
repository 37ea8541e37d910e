import { accessSync, constants, statfsSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { tsImport } from 'tsx/esm/api';

const SETTINGS = [
  ...['max_connections=200', 'max_prepared_transactions=20'],
  // Hundreds of databases that live for seconds: nothing to vacuum, nothing to recover.
  ...['autovacuum=off', 'wal_level=minimal', 'max_wal_senders=0', 'jit=off'],
];

/** One real PostgreSQL for the whole test run; every test makes a database of its own on it. */
export default async function globalSetup() {
  // Jest loads this file with Node's own loader, which does not read TypeScript.
  const { startEmbeddedServer } = await tsImport('../../cli/src/server/embedded-server.ts', import.meta.url);
  const { CANARY } = await tsImport('./canary.ts', import.meta.url);
  // npm run test:versions names the folder where it installed another major version.
  const { TEST_POSTGRES_FROM: from, TEST_POSTGRES_MAJOR: major } = process.env;
  const memory = memoryFolder();
  if (memory) process.env.TEST_TEMPORARY_FOLDER = memory;
  globalThis.testServer = await startEmbeddedServer(SETTINGS, {
    from: from && join(from, 'package.json'),
    password: CANARY,
    parent: memory,
  });
  process.env.TEST_SERVER_URL = globalThis.testServer.url('postgres');
  const found = await readMajor();
  // A proof on another version than the one it names would prove nothing.
  if (major && found !== major) throw new Error(`the server is ${found}, not ${major}`);
  process.env.TEST_SERVER_MAJOR = found;
}

async function readMajor() {
  const sql = postgres(process.env.TEST_SERVER_URL, { max: 1 });
  const [{ server_version: version }] = await sql`show server_version`;
  await sql.end();
  return version.split('.')[0];
}

const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** Every test makes a database of some 300 files, which takes a tenth of the time where they are only memory. */
function memoryFolder() {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ENOUGH_BYTES ? MEMORY : undefined;
  } catch {
    return undefined;
  }
}
