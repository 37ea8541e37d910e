import { journalFiles, writeFiles } from '../../test/support/write-migrations';
import type { GeneratedMigration } from './make-migrations';

/** How a tool wants its migrations. All have the same SQL. */
export type Format = 'drizzle' | 'dbmate' | 'node-pg-migrate';

const FILES: Readonly<
  Record<Format, (migrations: readonly GeneratedMigration[]) => Readonly<Record<string, string | Buffer>>>
> = {
  drizzle: (migrations) =>
    journalFiles(
      migrations.map(({ tag, statements }) => ({
        tag,
        sql: statements.join('\n--> statement-breakpoint\n'),
      })),
    ),
  dbmate: (migrations) => sqlFiles(migrations, '-- migrate:up', '-- migrate:down'),
  'node-pg-migrate': (migrations) => sqlFiles(migrations, '-- Up Migration', '-- Down Migration'),
};

export function writeFolder(folder: string, format: Format, migrations: readonly GeneratedMigration[]): void {
  writeFiles(folder, FILES[format](migrations));
}

/** Named by numbers that begin like times, which both tools sort by and dbmate keeps as the version. */
function sqlFiles(
  migrations: readonly GeneratedMigration[],
  up: string,
  down: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    migrations.map(({ tag, statements }, at) => [
      `${20260101000000 + at}_${tag.slice('0000_'.length)}.sql`,
      `${up}\n${statements.join('\n')}\n\n${down}\n`,
    ]),
  );
}
