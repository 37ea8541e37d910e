import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { withDatabase } from '../support/database';
import { type Catalog, readCatalog, readRows } from './catalog';
import { apply, FOLDER, journal, range, rollBack, rollbackScript } from './reference-folder';
import { MATCH, pauseMatch, writeSamples } from './sample-rows';

const LAST = 13;

describe('the folder', () => {
  test('has 14 migrations, in order, in the past, and nothing odd', () => {
    const times = journal.migrations.map((migration) => migration.when);
    expect(journal.migrations.map((migration) => migration.tag.slice(0, 4))).toEqual(
      Array.from({ length: 14 }, (_, number) => String(number).padStart(4, '0')),
    );
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThan(Date.now());
    expect(journal.warnings).toEqual([]);
  });

  test.each(journal.migrations)(
    '$tag has a rollback script that a range can run as one transaction',
    (migration) => {
      const script = rollbackScript(migration);
      expect(script.path).toMatch(/rollback\/\d{4}_rollback\.sql$/);
      expect(script.sql).toMatch(
        new RegExp(
          `^-- Rolls back ${migration.tag}\\.\\n-- Restores: .+\\n(-- .+\\n)*-- Cannot bring back: `,
        ),
      );
      const code = script.sql.replace(/--.*$/gm, '');
      expect(code).not.toMatch(/\b(CONCURRENTLY|CASCADE|IF EXISTS|COMMIT|ROLLBACK|drizzle)\b/i);
      expect(script.sql).not.toContain('statement-breakpoint');
    },
  );
});

describe('every migration', () => {
  test('is undone to the catalog and the rows before it, and can be applied again', async () => {
    await withDatabase(async ({ sql }) => {
      const seen: Record<string, Catalog> = {};
      for (const [number, migration] of journal.migrations.entries()) {
        const before = await readState();
        await apply(sql, [migration]);
        const after = await readState();
        expect(after.catalog).not.toEqual(before.catalog);
        await rollBack(sql, [migration]);
        expect({ undone: migration.tag, ...(await readState()) }).toEqual({
          undone: migration.tag,
          ...before,
        });
        await apply(sql, [migration]);
        expect({ again: migration.tag, ...(await readState()) }).toEqual({ again: migration.tag, ...after });
        seen[migration.tag] = after.catalog;
        await writeSamples(sql, number, number);
      }
      // The comparison would be worth little if the catalogs held little.
      const last = seen['0013_impact_reports'];
      expect(last?.views).toHaveLength(3);
      expect(last?.functions).toHaveLength(4);
      expect(last?.triggers).toHaveLength(8);
      expect(last?.constraints.length).toBeGreaterThan(30);

      async function readState() {
        return { catalog: await readCatalog(sql), rows: await readRows(sql) };
      }
    });
  });

  test('goes in one transaction, from the newest to an empty database, with rows in every table', async () => {
    await withDatabase(async ({ sql }) => {
      const empty = await readCatalog(sql);
      await applyWithSamples(sql, LAST);
      await pauseMatch(sql, ', paused_at = now()');
      const rows = await readRows(sql);
      expect(Object.entries(rows).filter(([, lines]) => lines.length === 0)).toEqual([]);
      await rollBack(sql, range(0, LAST));
      expect(await readCatalog(sql)).toEqual(empty);
    });
  });

  test.each([0, 3, 6, 7, 8, 10])('can be undone down to %i and applied again', async (target) => {
    await withDatabase(async ({ sql }) => {
      await applyWithSamples(sql, target);
      const atTarget = await readCatalog(sql);
      await applyWithSamples(sql, LAST, target + 1);
      const atLast = await readCatalog(sql);
      await rollBack(sql, range(target + 1, LAST));
      expect(await readCatalog(sql)).toEqual(atTarget);
      await apply(sql, range(target + 1, LAST));
      expect(await readCatalog(sql)).toEqual(atLast);
    });
  });
});

describe('rows', () => {
  test('0006 fills every display name before it is required, and does not count as a change by the user', async () => {
    await withDatabase(async ({ sql }) => {
      await applyWithSamples(sql, 5);
      const before = await sql`select id, updated_at from users order by id`;
      await apply(sql, range(6, 6));
      const after = await sql`select id, updated_at, display_name from users order by id`;
      expect(after.map((user) => user.display_name)).toEqual(['Ada Obi', 'Ben', 'cai.w']);
      expect(after.map(({ id, updated_at }) => ({ id, updated_at }))).toEqual([...before]);
      await expect(
        sql`insert into users (email, first_name, last_name) values ('dee@acme.example', 'Dee', 'Lund')`,
      ).rejects.toMatchObject({ code: '23502', column_name: 'display_name' });
    });
  });

  test("0010 gives a time to a match that was paused before 0008, whose rollback makes it 'active'", async () => {
    await withDatabase(async ({ sql }) => {
      await applyWithSamples(sql, 7);
      await pauseMatch(sql, '');
      const [before] = await sql`select updated_at from matches where id = ${MATCH}`;
      await apply(sql, range(8, 10));
      const [paused] = await sql`select paused_at from matches where id = ${MATCH}`;
      expect(paused?.paused_at).toEqual(before?.updated_at);
      await expect(sql`update matches set paused_at = null where id = ${MATCH}`).rejects.toMatchObject({
        constraint_name: 'matches_paused_has_start',
      });
      await rollBack(sql, range(8, 10));
      const [active] = await sql`select status from matches where id = ${MATCH}`;
      expect(active?.status).toBe('active');
    });
  });

  test("0007 is not undone while a match is 'paused', and says what to do", async () => {
    await withDatabase(async ({ sql }) => {
      await applyWithSamples(sql, 7);
      await pauseMatch(sql, '');
      const before = await readCatalog(sql);
      await expect(rollBack(sql, range(7, 7))).rejects.toMatchObject({
        code: '23514',
        message: 'table matches has 1 row(s) with the status "paused", which 0007 brought',
        hint: expect.stringMatching(/for example: UPDATE matches SET .+; then roll back again\.$/),
      });
      expect(await readCatalog(sql)).toEqual(before);
      await sql`update matches set status = 'active' where status = 'paused'`;
      await rollBack(sql, range(7, 7));
    });
  });
});

describe("Drizzle's own migrator", () => {
  test('applies the folder release by release, except for the concurrent indexes', async () => {
    await withDatabase(async ({ url, sql }) => {
      await migrateWithDrizzle(url, 7);
      await migrateWithDrizzle(url, 8);
      await expect(migrateWithDrizzle(url, 9)).rejects.toMatchObject({ cause: { code: '25001' } });
      expect(await appliedCount(sql)).toBe(9);
      // What someone does today: builds the indexes by hand, and tells the history so.
      const [concurrent] = range(9, 9);
      if (!concurrent) throw new Error('there is no 0009');
      await apply(sql, [concurrent]);
      await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${concurrent.hash}, ${concurrent.when})`;
      await migrateWithDrizzle(url, LAST);
      expect(await appliedCount(sql)).toBe(14);
    });
  });

  test('cannot take an empty database to the newest release: a new enum value is used before it is committed', async () => {
    await withDatabase(async ({ url, sql }) => {
      // PostgreSQL 17 and later let a value be used where its type is of the same transaction: then CONCURRENTLY fails.
      const code = (await majorOf(sql)) < 17 ? '55P04' : '25001';
      await expect(migrateWithDrizzle(url, LAST)).rejects.toMatchObject({ cause: { code } });
      expect(await appliedCount(sql)).toBe(0);
    });
  });
});

async function applyWithSamples(sql: postgres.Sql, to: number, from = 0): Promise<void> {
  for (let number = from; number <= to; number++) {
    await apply(sql, range(number, number));
    await writeSamples(sql, number, number);
  }
}

/** Runs Drizzle's migrator over the folder as it was when `last` was its newest migration. */
async function migrateWithDrizzle(url: string, last: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reference-migrations-'));
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    cpSync(FOLDER, folder, { recursive: true });
    const entries = range(0, last).map(({ tag, when, position }) => ({
      idx: position,
      tag,
      when,
      breakpoints: true,
    }));
    writeFileSync(
      join(folder, 'meta', '_journal.json'),
      JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
    );
    await migrate(drizzle(client), { migrationsFolder: folder });
  } finally {
    await client.end();
    rmSync(folder, { recursive: true });
  }
}

async function majorOf(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`select current_setting('server_version_num')::int / 10000 as major`;
  return row?.major;
}

async function appliedCount(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
  return row?.count;
}
