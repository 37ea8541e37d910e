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

/** Writes migrations into a folder as drizzle-kit 0.x does, with any other files beside them; gives what it wrote. */
export function writeMigrations(
  folder: string,
  migrations: readonly FolderMigration[],
  files: Readonly<Record<string, string | Buffer>> = {},
): Readonly<Record<string, string | Buffer>> {
  const entries = migrations.map(({ tag, when }, idx) => ({
    ...{ idx, version: '7', when: when ?? 1_700_000_000_000 + idx * 1000, tag, breakpoints: true },
  }));
  const all: Record<string, string | Buffer> = {
    'meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  };
  for (const { tag, sql, rollback } of migrations) {
    all[`${tag}.sql`] = sql;
    if (rollback !== undefined) all[`rollback/${tag}.sql`] = rollback;
  }
  Object.assign(all, files);
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return all;
}
