import { join } from 'node:path';
import { startEmbeddedServer } from '../../cli/src/server/embedded-server';
import { installRelease, RELEASES } from '../versions/install-release';
import type { ClientPrograms } from './client-programs';

export interface JudgedServer {
  url(database: string): string;
  stop(): Promise<void>;
}

/** The newest PostgreSQL that this pg_dump can dump, unless another server is named. */
export async function openServer(
  programs: ClientPrograms,
  server: string | undefined,
): Promise<JudgedServer> {
  if (server !== undefined) {
    const url = (database: string) => Object.assign(new URL(server), { pathname: `/${database}` }).href;
    return { url, stop: async () => undefined };
  }
  const majors = Object.keys(RELEASES).filter((major) => Number(major) <= programs.major);
  const major = majors.at(-1);
  if (!major) throw new Error(`pg_dump is of version ${programs.major}, which is too old`);
  return startEmbeddedServer([], { from: join(installRelease(major), 'package.json') });
}
