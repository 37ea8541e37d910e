import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import postgres from 'postgres';
import { waitUntil } from '../../support/wait';
import { serverUser } from './command';

export interface PgBouncer {
  /** The same database through the pool. */
  readonly url: string;
  kill(): void;
}

/** Connections to the server that the pool keeps: few, so that clients really share them. */
export const POOL_SIZE = 4;

/** A real PgBouncer in front of a database's server, as Debian ships it. */
export async function withPgBouncer<T>(
  server: string,
  mode: 'transaction' | 'session',
  use: (pool: PgBouncer) => Promise<T>,
): Promise<T> {
  const { hostname, port, username, password } = new URL(server);
  const folder = mkdtempSync('/tmp/drizzle-gate-pool-');
  const owner = await serverUser();
  const listenPort = await freePort();
  const files = {
    'users.txt': `"${username}" "${password}"\n`,
    'pgbouncer.ini': [
      ...['[databases]', `* = host=${hostname} port=${port}`, '[pgbouncer]', 'listen_addr = 127.0.0.1'],
      ...[`listen_port = ${listenPort}`, 'unix_socket_dir =', 'auth_type = scram-sha-256'],
      ...[`auth_file = ${folder}/users.txt`, `pool_mode = ${mode}`, `default_pool_size = ${POOL_SIZE}`],
      ...['max_client_conn = 200', 'admin_users =', ''],
    ].join('\n'),
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    chownSync(join(folder, name), owner.uid, owner.gid);
  }
  chownSync(folder, owner.uid, owner.gid);
  const log: string[] = [];
  const pool: ChildProcess = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], {
    ...owner,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  pool.stderr?.on('data', (chunk) => log.push(String(chunk)));
  const ended = new Promise<void>((resolve) => pool.once('close', () => resolve()));
  const url = Object.assign(new URL(server), { port: String(listenPort) }).href;
  try {
    await waitUntil('PgBouncer answers', () => answers(url), 10_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${log.join('')}`);
    });
    return await use({ url, kill: () => void pool.kill('SIGKILL') });
  } finally {
    pool.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 1, prepare: false });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
