import { startEmbeddedServer } from '../../cli/src/server/embedded-server';
import { makeTemporaryFolder } from '../../cli/src/server/temporary-folder';
import { type FolderMigration, writeMigrations } from '../support/write-migrations';

/** Starts a server with its default number of connections, for `withDatabase`, and writes a folder; both are gone afterwards. */
export async function withServerAndFolder<T>(
  migrations: readonly FolderMigration[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = makeTemporaryFolder('drizzle-gate-kill-');
  const server = await startEmbeddedServer();
  process.env.TEST_SERVER_URL = server.url('postgres');
  try {
    writeMigrations(folder.path, migrations);
    return await use(folder.path);
  } finally {
    await server.stop();
    folder.remove();
  }
}
