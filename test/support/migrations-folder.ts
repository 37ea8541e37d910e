import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNoCanaryIn } from './canary';
import { FIRST_WHEN, type FolderMigration, journalFiles, writeFiles } from './write-migrations';

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
  return writeFolder(journalFiles(migrations, files));
}

/** Writes a folder as drizzle-kit 1.x does; each tag is the name of the migration's own folder. */
export function folderPerMigration(
  migrations: readonly Pick<FolderMigration, 'tag' | 'sql' | 'rollback'>[],
  files: Readonly<Record<string, string | Buffer>> = {},
): string {
  const all: Record<string, string | Buffer> = {};
  for (const { tag, sql, rollback } of migrations) {
    all[`${tag}/migration.sql`] = sql;
    all[`${tag}/snapshot.json`] = '{}';
    if (rollback !== undefined) all[`${tag}/rollback.sql`] = rollback;
  }
  return writeFolder({ ...all, ...files });
}

/** What `drizzle-kit up` of 1.0 makes of migrations of the 0.x layout. */
export function afterUp<T extends FolderMigration>(migrations: readonly T[]): T[] {
  return migrations.map((migration, idx) => {
    const time = new Date(migration.when ?? FIRST_WHEN + idx * 1000)
      .toISOString()
      .replace(/\D/g, '')
      .slice(0, 14);
    return { ...migration, tag: `${time}_${migration.tag.split('_').slice(1).join('_')}` };
  });
}

/** Writes files into a folder of their own. */
export function writeFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-test-'));
  folders.set(folder, files);
  writeFiles(folder, files);
  return folder;
}
