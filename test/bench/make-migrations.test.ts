import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Format, writeFolder } from '../../bench/migrators/formats';
import { makeMigrations, schemaAfter } from '../../bench/migrators/make-migrations';
import { withDatabase } from '../support/database';

const MIGRATIONS = makeMigrations(5);

/** The files in the order in which their names sort, without what only one tool reads. */
function sqlOf(format: Format): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-test-'));
  try {
    writeFolder(folder, format, MIGRATIONS);
    const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
    return names.sort().map((name) => {
      const [forward = ''] = readFileSync(join(folder, name), 'utf8').split(/^-- (?:migrate:down|Down)/m);
      return forward.replaceAll(/^--.*\n/gm, '').trim();
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('every tool gets the same SQL, in the same order', () => {
  const expected = MIGRATIONS.map(({ statements }) => statements.join('\n'));
  expect(expected).toHaveLength(5);
  for (const format of ['drizzle', 'dbmate', 'node-pg-migrate'] as const) {
    expect({ format, sql: sqlOf(format) }).toEqual({ format, sql: expected });
  }
});

test('each has three statements, and the shorter list begins the longer one', () => {
  expect(new Set(MIGRATIONS.map(({ statements }) => statements.length))).toEqual(new Set([3]));
  expect(makeMigrations(3)).toEqual(MIGRATIONS.slice(0, 3));
});

test('they make what the benchmark expects to find', async () => {
  await withDatabase(async ({ sql }) => {
    for (const { statements } of MIGRATIONS) await sql.unsafe(statements.join('\n'));
    const [found] = await sql`select
      (select count(*)::int from pg_tables where schemaname = 'public') as tables,
      (select count(*)::int from pg_indexes where schemaname = 'public') as indexes,
      (select count(*)::int from information_schema.columns where table_schema = 'public') as columns,
      (select count(*)::int from features) as rows`;
    expect({ ...found }).toEqual(schemaAfter(MIGRATIONS));
  });
});
