import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FolderMigration, writeMigrations } from './write-migrations';

export type { FolderMigration } from './write-migrations';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Writes a folder as drizzle-kit 0.x does, into a place of its own. */
export function migrationsFolder(
  migrations: readonly FolderMigration[],
  files: Readonly<Record<string, string | Buffer>> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-test-'));
  folders.push(folder);
  writeMigrations(folder, migrations, files);
  return folder;
}
