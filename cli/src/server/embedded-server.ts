import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReachableByOthers, loadEmbeddedPostgres } from './load-embedded-postgres';
import { makeTemporaryFolder } from './temporary-folder';

const START_LIMIT_MS = 60_000;

export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** URL of a database on this server. */
  url(database: string): string;
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  /** A file beside whose node_modules the server's package lies; by default this one. */
  readonly from?: string | undefined;
  /** Folder for the temporary folder of the server; by default that of the system. */
  readonly parent?: string | undefined;
  /** Of the superuser; by default a random one. */
  readonly password?: string;
}

/**
 * Starts a real PostgreSQL on a free port of the loopback address, in a temporary folder that `stop` removes.
 * Durability is off, because nothing in it outlives the process.
 *
 * @throws Error with the server's own last words when it does not start.
 */
export async function startEmbeddedServer(
  settings: readonly string[] = [],
  { from, parent, password = randomBytes(12).toString('hex') }: EmbeddedServerOptions = {},
): Promise<EmbeddedServer> {
  // Under root the server runs as the user postgres, who must be able to walk into the folder.
  const isRoot = process.getuid?.() === 0;
  const folder = makeTemporaryFolder('drizzle-gate-pg-', parent ?? temporaryParent(isRoot));
  const base = folder.path;
  chmodSync(base, 0o755);
  const output: string[] = [];
  const keep = (line: unknown) => {
    output.push(String(line).trim());
    if (output.length > 20) output.shift();
  };
  try {
    const EmbeddedPostgres = await loadEmbeddedPostgres(base, from);
    const port = await freePort();
    const user = 'postgres';
    const server = new EmbeddedPostgres({
      databaseDir: join(base, 'data'),
      port,
      user,
      password,
      persistent: false,
      createPostgresUser: isRoot,
      authMethod: 'scram-sha-256',
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      postgresFlags: [
        ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1'],
        ...['unix_socket_directories=', 'max_connections=100', ...settings],
      ].flatMap((setting) => ['-c', setting]),
      onLog: keep,
      onError: keep,
    });
    // Where nothing stops it before the process ends (a second Ctrl-C), the server must not outlive the process.
    const postmaster = () => (server as unknown as { process?: ChildProcess }).process;
    const kill = () => postmaster()?.kill('SIGQUIT');
    process.prependOnceListener('exit', kill);
    await withTmpdir(base, () => server.initialise());
    await Promise.race([server.start(), startLimit()]);
    return {
      host: '127.0.0.1',
      port,
      user,
      password,
      url: (database) => `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
      stop: async () => {
        // Ctrl-C reaches the server too; the library would wait for ever for the end of one that has ended.
        if (postmaster()?.exitCode === null && postmaster()?.signalCode === null) await server.stop();
        process.removeListener('exit', kill);
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    const words = output.filter(Boolean).slice(-3).join(' | ');
    // The library rejects with undefined when the server ends early: then its output is all there is.
    throw new Error(
      `the embedded PostgreSQL did not start: ${error instanceof Error ? error.message : words || 'no reason given'}`,
      { cause: error },
    );
  }
}

function temporaryParent(isRoot: boolean): string {
  return isRoot && !isReachableByOthers(tmpdir()) ? '/tmp' : tmpdir();
}

/** The library waits for a line in the server's log, and for ever when it never comes. */
async function startLimit(): Promise<never> {
  await sleep(START_LIMIT_MS, undefined, { ref: false });
  throw new Error(`it was not ready after ${START_LIMIT_MS / 1000} s`);
}

/** The library hands the password to initdb in a file in the temporary folder: in ours it is readable and vanishes. */
async function withTmpdir<T>(folder: string, use: () => Promise<T>): Promise<T> {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    return await use();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
