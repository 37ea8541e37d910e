import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNoCanaryIn } from './canary';
import { type FolderMigration, writeMigrations } from './write-migrations';

export type { FolderMigration } from './write-migrations';

/** Each folder with what was written into it. */
const folders = new Map<string, Readonly<Record<string, string | Buffer>>>();
afterAll(() => {
  for (const [folder, written] of folders) {
    // What a program under test put there is an output like any other.
    assertNoCanaryIn(folder, written);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Writes a folder as drizzle-kit 0.x does, into a place of its own. */
export function migrationsFolder(
  migrations: readonly FolderMigration[],
  files: Readonly<Record<string, string | Buffer>> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-test-'));
  folders.set(folder, writeMigrations(folder, migrations, files));
  return folder;
}
