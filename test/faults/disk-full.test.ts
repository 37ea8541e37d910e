import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type postgres from 'postgres';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { command, serverUser } from './support/command';

/** Gives a tablespace on a disk of its own, of which little is free until `free` is called. */
async function withSmallDisk(
  sql: postgres.Sql,
  name: string,
  use: (tablespace: string, free: () => void) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync('/tmp/drizzle-gate-disk-');
  const { uid, gid } = await serverUser();
  await command('mount', '-t', 'tmpfs', '-o', 'size=32m,mode=755', 'tmpfs', folder);
  try {
    chownSync(folder, uid, gid);
    await sql.unsafe(`create tablespace ${name} location '${folder}'`);
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(30 * 1024 * 1024));
    try {
      await use(name, () => rmSync(ballast));
    } finally {
      await sql`drop table if exists big`;
      await sql.unsafe(`drop tablespace ${name}`);
    }
  } finally {
    await command('umount', '--lazy', folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

const ROWS = 'select g as a, repeat(md5(g::text), 10) as text from generate_series(1, 20000) g';

test('a disk that is full fails the migration, and once there is space the rerun completes', () =>
  withDatabase(async ({ url, sql, name }) =>
    withSmallDisk(sql, `full_${name}`, async (tablespace, free) => {
      const folder = migrationsFolder([
        { tag: '0000_before', sql: 'create table before ();' },
        { tag: '0001_big', sql: `create table big tablespace ${tablespace} as ${ROWS};` },
      ]);
      const env = environment(url, folder);
      const full = await runRunner({ args: ['migrate'], env });
      expectExit(full, 'MIGRATION_FAILED');
      expect(full.end).toMatchObject({ sqlstate: '53100', migration: '0001_big' });
      expect(full.end.remedy).toBeTruthy();
      expect(await sql`select to_regclass('before') as before`).toEqual([{ before: null }]);
      free();
      expectExit(await runRunner({ args: ['migrate'], env }), 'OK');
      expect(await sql`select count(*)::int as rows from big`).toEqual([{ rows: 20_000 }]);
    }),
  ));

test('a concurrent build on a full disk stops midway, and the rerun repairs its index', () =>
  withDatabase(async ({ url, sql, name }) =>
    withSmallDisk(sql, `full_${name}`, async (tablespace, free) => {
      const file = `create table big as ${ROWS};
        create index concurrently big_text on big (text, a) tablespace ${tablespace};
        insert into big values (0, 'after');`;
      const env = environment(url, migrationsFolder([{ tag: '0000_index', sql: file }]));
      const full = await runRunner({ args: ['migrate'], env });
      expectExit(full, 'HALFWAY');
      expect(full.end).toMatchObject({ sqlstate: '53100' });
      free();
      const rerun = await runRunner({ args: ['migrate'], env });
      expectExit(rerun, 'OK');
      expect(named(rerun, 'statement_resumed')).toMatchObject([{ statement: 1 }]);
      expect(await sql`select indisvalid as valid from pg_index where indrelid = 'big'::regclass`).toEqual([
        { valid: true },
      ]);
      expect(await sql`select count(*)::int as rows from big`).toEqual([{ rows: 20_001 }]);
    }),
  ));
