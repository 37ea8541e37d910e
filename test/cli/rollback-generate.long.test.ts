import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GenerateOptions, generate } from '../../cli/src/rollback/generate/generate';
import { serverUrl } from '../support/database';
import { writeMigrations } from '../support/write-migrations';
import { withFolder, writeFiles } from './support';

interface Result {
  readonly code: number;
  readonly lines: readonly string[];
  readonly printed: string;
}

async function run(folder: string, options: Partial<GenerateOptions> = {}): Promise<Result> {
  const lines: string[] = [];
  let printed = '';
  const code = await generate({
    ...{ tags: [], missing: false, migrations: folder, server: serverUrl(), setup: undefined },
    ...{ force: false, stdout: false, version: '1.2.3', signal: new AbortController().signal },
    print: (line) => void lines.push(line),
    progress: (line) => void lines.push(line),
    emit: (script) => {
      printed += script;
    },
    ...options,
  });
  return { code, lines, printed };
}

/** One migration of each kind that needs more than the bare difference; the rows make NOT NULL, CHECK and enum bite. */
const MIGRATIONS = [
  {
    tag: '0000_shop',
    sql: `CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, code text NOT NULL CHECK (length(code) = 3), mood mood DEFAULT 'ok');
CREATE TABLE pets (owner int NOT NULL REFERENCES users (id), weight numeric(6,2));
CREATE VIEW happy AS SELECT id FROM users WHERE mood = 'ok';
INSERT INTO users (email, code) VALUES ('a@x', 'abc'), ('b@x', 'abc');
INSERT INTO pets VALUES (1, 2.5);`,
  },
  {
    tag: '0001_columns',
    sql: 'ALTER TABLE users DROP COLUMN email, DROP COLUMN code; ALTER TABLE pets DROP COLUMN owner;',
  },
  { tag: '0002_mood', sql: "ALTER TYPE mood ADD VALUE 'angry' BEFORE 'sad';" },
  {
    tag: '0003_names',
    sql: `ALTER TABLE users RENAME TO people; ALTER TABLE people ALTER COLUMN mood SET NOT NULL;
ALTER TABLE pets ALTER COLUMN weight TYPE text; UPDATE people SET mood = 'sad';`,
  },
  {
    tag: '0004_no_sad',
    sql: `DROP VIEW happy; ALTER TABLE people ALTER mood DROP DEFAULT; ALTER TABLE people ALTER mood TYPE text;
DROP TYPE mood; UPDATE people SET mood = 'angry'; CREATE TYPE mood AS ENUM ('angry');
ALTER TABLE people ALTER mood TYPE mood USING mood::mood;`,
  },
];

describe('rollback generate', () => {
  test('of an extension only its name is told, not what it brought', async () => {
    await withFolder(async (folder) => {
      writeMigrations(folder, [{ tag: '0000_search', sql: 'CREATE EXTENSION pg_trgm' }]);
      const { code, printed } = await run(folder, { stdout: true });
      expect(code).toBe(0);
      expect(printed).toContain('-- Restores: no extension "pg_trgm".\n');
    });
  });

  test('writes scripts that restore the schema with rows in the tables, and says what a person must decide', async () => {
    await withFolder(async (folder) => {
      writeMigrations(folder, MIGRATIONS);
      const { code, lines } = await run(folder, { missing: true });
      expect(lines.map((line) => line.replace(/ \(\d.*s\)$/, ''))).toEqual([
        '✓ 0000_shop: written, rollback/0000_rollback.sql',
        '! 0001_columns: written, rollback/0001_rollback.sql, with 2 MANUAL lines to resolve',
        '✓ 0002_mood: written, rollback/0002_rollback.sql',
        '! 0003_names: written, rollback/0003_rollback.sql, with 1 MANUAL line to resolve',
        '! 0004_no_sad: written, rollback/0004_rollback.sql, with 1 MANUAL line to resolve',
      ]);
      expect(code).toBe(0);
      const script = (number: string) =>
        readFileSync(join(folder, 'rollback', `${number}_rollback.sql`), 'utf8');
      expect(script('0000')).not.toMatch(/drizzle"|GRANT|REVOKE/);
      expect(script('0001')).toContain('ADD COLUMN "email" text NOT NULL DEFAULT gen_random_uuid()::text;');
      expect(script('0001')).toContain(
        'MANUAL: "users"."code" must satisfy the constraint "users_code_check"',
      );
      expect(script('0001')).toContain('MANUAL: "pets"."owner" refers to other rows ("pets_owner_fkey")');
      expect(script('0002')).toContain(`WHERE "mood"::text IN ('angry')`);
      expect(script('0003')).toContain('ALTER TABLE "public"."people" RENAME TO "users";');
      expect(script('0003')).toContain('TYPE numeric(6,2) USING "weight"::numeric(6,2);');
      // The value comes back as a part of the default: added in the same transaction, it could not be used.
      expect(script('0004')).toContain(`CREATE TYPE "public"."mood" AS ENUM ('angry', 'sad', 'ok');`);
    });
  }, 120_000);

  test('what can be undone in place keeps its values: computed ones, and a sequence of a table that is made anew', async () => {
    await withFolder(async (folder) => {
      writeMigrations(folder, [
        {
          tag: '0000_log',
          sql: `CREATE TABLE log (id bigserial PRIMARY KEY, season int NOT NULL UNIQUE, at date NOT NULL);
INSERT INTO log (season, at) VALUES (4, '2026-01-01'), (5, '2026-01-02');`,
        },
        {
          tag: '0001_computed',
          sql: `ALTER TABLE log DROP COLUMN season;
ALTER TABLE log ADD COLUMN season int GENERATED ALWAYS AS (id::int + 3) STORED NOT NULL;`,
        },
        {
          tag: '0002_partitioned',
          sql: `ALTER SEQUENCE log_id_seq OWNED BY NONE;
ALTER TABLE log RENAME TO old_log;
ALTER TABLE old_log RENAME CONSTRAINT log_pkey TO old_log_pkey;
CREATE TABLE log (id bigint DEFAULT nextval('log_id_seq') NOT NULL, at date NOT NULL,
  season int GENERATED ALWAYS AS (id::int + 3) STORED NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
ALTER SEQUENCE log_id_seq OWNED BY log.id;
DROP TABLE old_log;`,
        },
      ]);
      const { code, lines } = await run(folder, { missing: true });
      expect(code === 0 ? [] : lines).toEqual([]);
      const [computed, partitioned] = ['0001', '0002'].map((number) =>
        readFileSync(join(folder, 'rollback', `${number}_rollback.sql`), 'utf8'),
      );
      expect(computed).toContain(`-- Rows keep the values that were computed.
ALTER TABLE "public"."log" ALTER COLUMN "season" DROP EXPRESSION;`);
      expect(computed).not.toContain('DROP COLUMN');
      expect(partitioned).toContain(`-- It stays, with its position, when what owns it now is dropped.
ALTER SEQUENCE "public"."log_id_seq" OWNED BY NONE;`);
      expect(partitioned).not.toContain('MANUAL');
    });
  }, 120_000);

  test('keeps what is there, prints on demand, and makes nothing that is declared irreversible', async () => {
    await withFolder(async (folder) => {
      const name = '20260101000000_a';
      writeFiles(folder, {
        [`${name}/migration.sql`]: 'CREATE TABLE a (id int)',
        '20260101000001_b/migration.sql':
          '-- drizzle-gate: irreversible the old keys are destroyed\nSELECT 1',
      });
      writeFileSync(join(folder, name, 'down.sql'), 'DROP TABLE a;');
      const kept = await run(folder, { tags: [name, '20260101000001_b'] });
      expect(kept).toMatchObject({
        code: 0,
        lines: [
          `= ${name}: kept, ${name}/down.sql is there (--force writes it anew)`,
          '= 20260101000001_b: irreversible: the old keys are destroyed',
        ],
      });
      const printed = await run(folder, { tags: [name], stdout: true });
      expect(printed.printed).toMatch(
        /DESTRUCTIVE: drops table "a" with its rows\.\nDROP TABLE "public"\."a";\n$/,
      );
      expect(existsSync(join(folder, name, 'rollback.sql'))).toBe(false);
      await run(folder, { tags: [name], force: true });
      expect(readFileSync(join(folder, name, 'down.sql'), 'utf8')).toBe(printed.printed);
    });
  }, 60_000);

  test('a migration that can not be replayed is told in the words of the runner, with the way out', async () => {
    await withFolder(async (folder) => {
      writeMigrations(folder, [{ tag: '0000_a', sql: 'CREATE TABLE a (id auth.key)' }]);
      await expect(run(folder)).rejects.toMatchObject({
        exit: 'MIGRATION_FAILED',
        migration: '0000_a',
        message: expect.stringMatching(/^0000_a can't be replayed: .*schema "auth" does not exist/),
        remedy: expect.stringContaining('--setup FILE'),
      });
      const setup = join(folder, 'setup.sql');
      writeFileSync(setup, 'CREATE SCHEMA auth; CREATE DOMAIN auth.key AS text;');
      expect(await run(folder, { setup })).toMatchObject({ code: 0 });
    });
  }, 60_000);
});
