import { rmSync } from 'node:fs';
import { type FolderMigration, writeMigrations } from '../../test/support/write-migrations';

/** Writes a folder anew: many small migrations, as a service collects them over the years. */
export function writeMany(folder: string, count: number): void {
  write(
    folder,
    Array.from({ length: count }, (_, index) => {
      const tag = tagOf(index, 'table');
      const name = `t${index}`;
      const sql = [
        `create table ${name} (id int primary key, name text not null)`,
        `alter table ${name} add column note text`,
        `create index ${name}_note on ${name} (note)`,
      ].join(';--> statement-breakpoint\n');
      return { tag, sql: `${sql};\n`, rollback: `drop table ${name};\n` };
    }),
  );
}

/** How a file fills a table. */
export const BACKFILLS = {
  'one INSERT': (megabytes: number) => {
    const rows = rowsOf(megabytes).map((row) => `(${row})`);
    return `${TABLE}insert into filled (id, text) values\n${rows.join(',\n')};\n`;
  },
  'an INSERT per row': (megabytes: number) =>
    `${TABLE}${rowsOf(megabytes)
      .map((row) => `insert into filled (id, text) values (${row});`)
      .join('\n')}\n`,
  'one DO block': (megabytes: number) =>
    `${TABLE}do $body$ begin\n${rowsOf(megabytes)
      .map((row) => `insert into filled (id, text) values (${row});`)
      .join('\n')}\nend $body$;\n`,
} as const;

const TABLE = 'create table filled (id int, text text);\n';
const ROW_BYTES = 1000;

function rowsOf(megabytes: number): string[] {
  return Array.from({ length: (megabytes * 1_000_000) / ROW_BYTES }, (_, index) => {
    const text = `row ${index} `.padEnd(ROW_BYTES - 50, 'abcdefghij; ');
    return `${index}, '${text}'`;
  });
}

/** One file that fills a table. */
export function writeBackfill(folder: string, how: keyof typeof BACKFILLS, megabytes: number): void {
  write(folder, [{ tag: tagOf(0, 'fill'), sql: BACKFILLS[how](megabytes) }]);
}

/** One file with many small statements. */
export function writeStatements(folder: string, count: number): void {
  const statements = Array.from(
    { length: count - 1 },
    (_, index) => `insert into counted values (${index});`,
  );
  write(folder, [
    { tag: tagOf(0, 'count'), sql: `create table counted (id int);\n${statements.join('\n')}\n` },
  ]);
}

export function tagOf(index: number, name: string): string {
  return `${String(index).padStart(4, '0')}_${name}`;
}

function write(folder: string, migrations: readonly FolderMigration[]): void {
  rmSync(folder, { recursive: true, force: true });
  writeMigrations(folder, migrations);
}
