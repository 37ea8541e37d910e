import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { type EmbeddedServer, startEmbeddedServer } from '../../cli/src/server/embedded-server';
import { CANARY } from './canary';

/** A server of a test's own, whose configuration can be changed without disturbing others. */
export interface OwnServer extends EmbeddedServer {
  readonly sql: postgres.Sql;
  /** Writes a file into the data folder as the server's own user. */
  write(name: string, text: string): void;
  /** Sets parameters and waits until new sessions have them. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Asks for the slow kind of shutdown, which waits for open sessions. */
  beginShutdown(): void;
}

export async function startOwnServer(settings: readonly string[] = []): Promise<OwnServer> {
  const server = await startEmbeddedServer(settings, { password: CANARY });
  const sql = postgres(server.url('postgres'), { max: 1, onnotice: () => undefined });
  const [row] = await sql`select current_setting('data_directory') as folder`;
  const folder = String(row?.folder);
  return {
    ...server,
    sql,
    write: (name, text) => {
      const { uid, gid } = statSync(folder);
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      chownSync(join(folder, name), uid, gid);
    },
    configure: async (changes) => {
      for (const [name, value] of Object.entries(changes)) {
        await sql.unsafe(`alter system set ${name} = '${value}'`);
      }
      await sql`select pg_reload_conf()`;
      await sleep(200);
    },
    beginShutdown: () => {
      process.kill(Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGTERM');
    },
    stop: async () => {
      await sql.end({ timeout: 1 });
      await server.stop();
    },
  };
}
