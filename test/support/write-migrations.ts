import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface FolderMigration {
  readonly tag: string;
  readonly sql: string;
  /** @default one second after the one before */
  readonly when?: number;
  /** Text of `rollback/<tag>.sql`. @default no script */
  readonly rollback?: string;
}

/** Time of the first migration, where a test gives none. */
export const FIRST_WHEN = 1_700_000_000_000;

/** The files of a folder as drizzle-kit 0.x writes it, with any others beside them. */
export function journalFiles(
  migrations: readonly FolderMigration[],
  files: Readonly<Record<string, string | Buffer>> = {},
): Readonly<Record<string, string | Buffer>> {
  const entries = migrations.map(({ tag, when }, idx) => ({
    ...{ idx, version: '7', when: when ?? FIRST_WHEN + idx * 1000, tag, breakpoints: true },
  }));
  const all: Record<string, string | Buffer> = {
    'meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  };
  for (const { tag, sql, rollback } of migrations) {
    all[`${tag}.sql`] = sql;
    if (rollback !== undefined) all[`rollback/${tag}.sql`] = rollback;
  }
  return { ...all, ...files };
}

export function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** Writes migrations into a folder as drizzle-kit 0.x does. */
export function writeMigrations(folder: string, migrations: readonly FolderMigration[]): void {
  writeFiles(folder, journalFiles(migrations));
}
