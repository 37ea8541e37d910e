import { appendFileSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { startEmbeddedServer } from '../../../cli/src/server/embedded-server';
import { command } from './command';

export interface OwnServer {
  readonly port: number;
  /** URL of the database `app`, on the loopback address unless another is given. */
  url(host?: string): string;
  /** A client of the test's own; it connects anew by itself after a restart. */
  readonly sql: postgres.Sql;
  /** Stops and starts it; resolves when it answers again. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
}

/** A server that only this test has, because it is stopped, filled or reached from elsewhere. */
export async function withOwnServer<T>(
  use: (server: OwnServer) => Promise<T>,
  { settings = [], clients = [] }: { settings?: readonly string[]; clients?: readonly string[] } = {},
): Promise<T> {
  const server = await startEmbeddedServer(settings);
  const admin = postgres(server.url('postgres'), { max: 1 });
  const [paths] = await admin<{ data: string; hba: string; pid: number }[]>`
    select current_setting('data_directory') as data, current_setting('hba_file') as hba,
      split_part(pg_read_file('postmaster.pid'), e'\n', 1)::int as pid`;
  if (!paths) throw new Error('the server says nothing about itself');
  const binaries = dirname(await readlink(`/proc/${paths.pid}/exe`));
  for (const client of clients) appendFileSync(paths.hba, `host all all ${client}/32 scram-sha-256\n`);
  await admin`select pg_reload_conf()`;
  await admin`create database app`;
  await admin.end();

  const pgCtl = (...args: string[]) =>
    command(
      'setpriv',
      '--reuid=postgres',
      '--regid=postgres',
      '--clear-groups',
      '--',
      ...[
        join(binaries, 'pg_ctl'),
        ...['--pgdata', paths.data, '--wait', '--silent', '--log', '/dev/null', ...args],
      ],
    );
  const url = (host = '127.0.0.1') => server.url('app').replace('127.0.0.1', host);
  const sql = postgres(url(), { max: 4, onnotice: () => undefined });
  let restarted = false;
  try {
    return await use({
      port: server.port,
      url,
      sql,
      restart: async (mode) => {
        // With the options of the first start, which the server noted. The new one is nobody's child here.
        await pgCtl('restart', '--mode', mode);
        restarted = true;
      },
    });
  } finally {
    await sql.end({ timeout: 2 });
    if (restarted) await pgCtl('stop', '--mode', 'immediate').catch(() => undefined);
    await server.stop();
  }
}
