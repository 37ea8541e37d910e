import postgres from 'postgres';
import { compareHistory, type HistoryRow, readJournal, sha256 } from '../../core/journal';
import { readSettings } from '../../runner/src/config/settings';
import { readStoredScripts } from '../../runner/src/database/stored-scripts';
import { GateError } from '../../runner/src/errors/gate-error';
import { loadScripts } from '../../runner/src/rollback/load-scripts';
import { rangeWarnings, scriptWarnings } from '../../runner/src/rollback/plan-warnings';
import { resolveRange } from '../../runner/src/rollback/resolve-range';
import { scriptDifference } from '../../runner/src/rollback/script-difference';
import type { UndoScript } from '../../runner/src/rollback/undo-script';
import { serverUrl, type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, folderPerMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { sessionOf } from '../support/session-of';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one ();', rollback: 'drop table one;' };
const TWO: FolderMigration = { tag: '0001_two', sql: 'create table two ();', rollback: 'drop table two;' };
const without = ({ tag, sql }: FolderMigration): FolderMigration => ({ tag, sql });

/** Where nothing is stored, no database of its own is needed. */
async function withServer<T>(use: (database: Pick<TestDatabase, 'sql' | 'url'>) => Promise<T>): Promise<T> {
  const sql = postgres(serverUrl(), { max: 1 });
  try {
    return await use({ sql, url: serverUrl() });
  } finally {
    await sql.end();
  }
}

/** Loads the scripts of all that is applied, as a rollback to `empty` does; by default that is the folder itself. */
async function load(
  { sql, url }: Pick<TestDatabase, 'sql' | 'url'>,
  folder: string,
  env: Record<string, string> = {},
  applied = folder,
): Promise<UndoScript[]> {
  const settings = readSettings(environment(url, folder, env));
  const journal = readJournal(folder);
  const rows = readJournal(applied).migrations.map(
    ({ hash, when }, index): HistoryRow => ({
      ...{ id: index + 1, hash, createdAt: when, name: null, appliedAt: null },
    }),
  );
  // The connection of a rollback has a transaction open, which must stay usable.
  const reserved = await sql.reserve();
  const session = sessionOf(reserved);
  try {
    await session.execute('begin');
    const stored = await readStoredScripts(session, settings.migrations);
    const range = resolveRange(
      journal,
      compareHistory(journal.migrations, rows),
      'empty',
      settings.history,
      stored,
    );
    return await loadScripts(session, journal, range, settings);
  } finally {
    await session.execute('select 1; rollback');
    reserved.release();
  }
}

async function refusalOf(
  database: Pick<TestDatabase, 'sql' | 'url'>,
  folder: string,
  env?: Record<string, string>,
): Promise<string[]> {
  const error = await load(database, folder, env).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GateError)) throw error ?? new Error('nothing was refused');
  expect(error.exit).toBe('NO_ROLLBACK');
  return (error.detail ?? `- ${error.message}`).split('\n').map((line) => line.slice(2));
}

describe('scripts that can not be run are refused with their place', () => {
  const script = (rollback: string): [FolderMigration[]] => [[{ ...ONE, rollback }]];
  const branches = ['0000_one', '0000_two'].map((tag) => ({ ...without(ONE), tag }));

  test.concurrent.each<[string, FolderMigration[], Record<string, string | Buffer>, (string | RegExp)[]]>([
    ['none', [without(ONE)], {}, ['0000_one has no rollback script']],
    [
      'two for one',
      [ONE],
      { '0000_one.down.sql': 'select 1' },
      [/^0000_one has 2 rollback scripts .*keep one/],
    ],
    [
      'one for two',
      branches,
      { 'rollback/0000_rollback.sql': 'select 1' },
      branches
        .map(
          ({ tag }) => new RegExp(`^${tag}: rollback/0000_rollback.sql could belong to 0000_one or 0000_two`),
        )
        .reverse(),
    ],
    ['no text', [without(ONE)], { 'rollback/0000_one.sql': Buffer.from([0xff]) }, [/is not valid UTF-8/]],
    [
      'nothing',
      ...script(''),
      {},
      [/^0000_one.sql has no statement; write what undoes 0000_one, or SELECT 1;/],
    ],
    ['only comments', ...script('\uFEFF-- todo\r\n/* ; */ ;'), {}, [/^0000_one.sql has no statement/]],
    [
      'no SQL',
      ...script('drop table one;\r\ndrop tabel two;\r\nselect 1;\r\nfoo'),
      {},
      [
        /^0000_one.sql:2:6: statement 2: syntax error at or near "tabel"/,
        /^0000_one.sql:4:1: statement 4: syntax error/,
      ],
    ],
    [
      'a merge conflict',
      ...script('<<<<<<< HEAD\nselect 1;\n=======\nselect 2;\n>>>>>>> x'),
      {},
      [/^0000_one.sql:1:1: /, /^0000_one.sql:3:1: /, /^0000_one.sql:5:1: /],
    ],
    [
      'commands of psql',
      ...script('\\set x 1\nselect 1;'),
      {},
      [/^0000_one.sql, line 1: \\set is a command of psql/],
    ],
    [
      'a COPY of data',
      ...script('select 1;\ncopy one from stdin;\n1\n\\.\n'),
      {},
      [/^0000_one.sql, line 2: COPY … FROM STDIN has no input/],
    ],
    [
      'a COPY to nobody',
      ...script('copy one to stdout'),
      {},
      [/line 1: nobody reads what COPY … TO STDOUT gives/],
    ],
    [
      'its own transaction',
      ...script('begin;\nselect 1;\ncommit;\nset transaction read only'),
      {},
      [
        /^0000_one.sql, line 1: BEGIN can't run here/,
        /line 3: COMMIT can't/,
        /line 4: SET TRANSACTION can't/,
      ],
    ],
    [
      'an irreversible migration',
      [{ ...without(ONE), sql: `-- drizzle-gate: irreversible Purges PII, see LEGAL-7\n${ONE.sql}` }],
      {},
      ['0000_one is irreversible: Purges PII, see LEGAL-7 (declared in 0000_one.sql)'],
    ],
    [
      'an irreversible script',
      [without(ONE)],
      { 'rollback/0000_rollback.sql': '-- drizzle-gate: irreversible Purges PII' },
      ['0000_one is irreversible: Purges PII (declared in 0000_rollback.sql)'],
    ],
    [
      'a directive that can not be followed',
      [
        { ...ONE, sql: `-- drizzle-gate: irreversible\n${ONE.sql}` },
        { ...TWO, rollback: '-- drizzle-gate: never\nselect 1' },
      ],
      {},
      [/^0001_two.sql, line 1: "never" is no directive/, /^0000_one.sql, line 1: irreversible has no reason/],
    ],
  ])('%s', (_name, migrations, files, expected) =>
    withServer(async (database) => {
      const found = await refusalOf(database, migrationsFolder(migrations, files));
      expect(found).toHaveLength(expected.length);
      for (const line of expected)
        expect(found).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line));
    }),
  );

  test.concurrent('all of them at once, in both layouts', () =>
    withServer(async (database) => {
      const [one, two] = ['20240102030405_one', '20240102030406_two'];
      const folder = folderPerMigration([
        { tag: one, sql: '-- drizzle-gate: irreversible A\nselect 1', rollback: 'select 1' },
        { tag: two, sql: 'select 2', rollback: 'commit' },
        { tag: '20240102030407_three', sql: 'select 3' },
      ]);
      expect(await refusalOf(database, folder)).toEqual([
        '20240102030407_three has no rollback script',
        `${one} is irreversible: A (declared in ${one}/migration.sql)`,
        expect.stringContaining(`${two}/rollback.sql, line 1: COMMIT can't run here`),
      ]);
    }));
});

test.concurrent('what runs outside a transaction, has savepoints or carries bulk data is no problem', () =>
  withServer(async (database) => {
    const scripts = await load(
      database,
      migrationsFolder([
        {
          ...ONE,
          rollback: '\uFEFF-- drizzle-gate: no-transaction\r\nvacuum;\r\ndrop index concurrently i;',
        },
        { ...TWO, rollback: `savepoint s; insert into two values ('${'x'.repeat(1_100_000)}'); release s` },
      ]),
    );
    expect(scripts).toMatchObject([
      { member: { tag: '0001_two' }, statements: { length: 3 } },
      {
        member: { tag: '0000_one' },
        directive: 'no-transaction',
        source: 'file',
        statements: [{ text: 'vacuum' }, {}],
      },
    ]);
    expect(scripts[1]?.hash).toBe(
      sha256('\uFEFF-- drizzle-gate: no-transaction\nvacuum;\ndrop index concurrently i;'),
    );
  }));

describe('the stored script', () => {
  const migrate = async ({ url }: TestDatabase, folder: string) =>
    expectExit(await runRunner({ args: ['migrate'], env: environment(url, folder) }), 'OK');

  test.concurrent('runs where there is no file; a file comes first, and what differs is shown', () =>
    withDatabase(async (database) => {
      await migrate(database, migrationsFolder([ONE, TWO]));
      const none = await load(database, migrationsFolder([without(ONE), TWO]));
      expect(none.map(({ source, sql, file, hash }) => ({ source, sql, file, hash }))).toEqual([
        { source: 'file', sql: TWO.rollback, file: '0001_two.sql', hash: sha256('drop table two;') },
        { source: 'stored', sql: ONE.rollback, file: '0000_one.sql', hash: sha256('drop table one;') },
      ]);
      expect(scriptWarnings(none)).toEqual([
        {
          migration: '0000_one',
          message:
            '0000_one: no file of it was found, so the script runs that was stored in the database when it was applied (0000_one.sql)',
        },
      ]);
      const changed = migrationsFolder([without(ONE), TWO], {
        'rollback/0000_rollback.sql': 'drop table one cascade;',
      });
      const ROLLBACK_FOLDER = migrationsFolder([], { 'rollback/0001_two.sql': 'drop table two;\r\n' });
      const files = await load(database, changed, { ROLLBACK_FOLDER });
      expect(files.map(({ source, sql }) => ({ source, sql }))).toEqual([
        { source: 'file', sql: 'drop table two;\r\n' },
        { source: 'file', sql: 'drop table one cascade;' },
      ]);
      expect(scriptWarnings(files)).toEqual([
        { migration: '0001_two', message: expect.any(String), detail: 'only how lines end differs' },
        {
          migration: '0000_one',
          message:
            '0000_one: 0000_rollback.sql is not the script that was stored in the database when the migration was applied (0000_one.sql); the file is what runs',
          detail: '- drop table one;\n+ drop table one cascade;',
        },
      ]);
    }));

  test.concurrent('of an irreversible migration still says why, where the file is gone', () =>
    withDatabase(async (database) => {
      const declared = { ...TWO, sql: `-- drizzle-gate: irreversible Purges PII\n${TWO.sql}` };
      await migrate(database, migrationsFolder([ONE, declared]));
      const result = await runRunner({
        args: ['rollback'],
        env: environment(database.url, migrationsFolder([ONE]), { ROLLBACK_TARGET: '0000_one' }),
      });
      expectExit(result, 'NO_ROLLBACK');
      expect(result.end.message).toMatch(
        /^0001_two is irreversible: Purges PII \(declared in 0001_two.sql\)/,
      );
      expect(result.end.remedy).toMatch(/^choose a target that keeps what is irreversible/);
      const ROLLBACK_FOLDER = migrationsFolder([], { 'rollback/0001_two.sql': 'select 1;' });
      const mounted = load(
        database,
        migrationsFolder([ONE]),
        { ROLLBACK_FOLDER },
        migrationsFolder([ONE, declared]),
      );
      await expect(mounted).rejects.toThrow(/0001_two is irreversible/);
    }));

  test.concurrent('gives way to a mounted one also where this image has not the migration', () =>
    withDatabase(async (database) => {
      await migrate(database, migrationsFolder([ONE, TWO]));
      const ROLLBACK_FOLDER = migrationsFolder([], {
        'rollback/0001_rollback.sql': 'drop table two cascade;',
      });
      const both = migrationsFolder([ONE, TWO]);
      const mounted = await load(database, migrationsFolder([ONE]), { ROLLBACK_FOLDER }, both);
      expect(mounted[0]).toMatchObject({ source: 'file', sql: 'drop table two cascade;' });
      expect(scriptWarnings(mounted)).toMatchObject([
        { migration: '0001_two', detail: '- drop table two;\n+ drop table two cascade;' },
      ]);
      const other = { tag: '0001_other', sql: 'select 1', when: 1_800_000_000_000 };
      const shared = await load(database, migrationsFolder([ONE, other]), { ROLLBACK_FOLDER }, both);
      expect(shared[0]).toMatchObject({ source: 'stored', sql: TWO.rollback });
    }));

  test.concurrent('lets an image roll back what it has no file of, also to a target without one', () =>
    withDatabase(async (database) => {
      const { url, sql } = database;
      const three = { tag: '0002_three', sql: 'create table three ();', rollback: 'drop table three;' };
      await migrate(database, migrationsFolder([ONE, TWO, three]));
      const old = migrationsFolder([ONE]);
      const rollback = (env: Record<string, string>) =>
        runRunner({ args: ['rollback'], env: environment(url, old, env) });
      const undo = async (ROLLBACK_TARGET: string) => {
        const plan = await rollback({ ROLLBACK_TARGET });
        expectExit(plan, 'NOT_CONFIRMED');
        const ROLLBACK_CONFIRM = String(named(plan, 'rollback_plan')[0]?.token);
        expectExit(await rollback({ ROLLBACK_TARGET, ROLLBACK_CONFIRM }), 'OK');
        return plan;
      };
      const plan = await undo('0001_two');
      expect(named(plan, 'rollback_plan')).toMatchObject([
        { migrations: ['0002_three'], target: '0001_two' },
      ]);
      expect(named(plan, 'rollback_warning')[0]).toMatchObject({
        migration: '0002_three',
        message: expect.stringMatching(
          /this folder has not the migration, so the script runs that was stored/,
        ),
      });
      expect(named(plan, 'rollback_warning')[1]?.message).toBe(
        'WARNING: this drops or empties 1 table or column without rows or values',
      );
      await undo('0000_one');
      expect(await sql`select tablename as name from pg_tables where schemaname = 'public'`).toEqual([
        { name: 'one' },
      ]);
      expect(await sql`select id from drizzle.__drizzle_migrations`).toEqual([{ id: 1 }]);
    }));
});

describe('how two scripts differ', () => {
  test('is told line by line, whatever their line ends', () => {
    expect(scriptDifference('a;\r\nb;\r\nc;\r\n', 'a;\nx;\nc;\nd;\n')).toBe('- b;\n+ x;\n+ d;');
    expect(scriptDifference('a;', 'a;\n')).toBe('only how lines end differs');
  });

  test('never shows a password', () => {
    const shown = scriptDifference("alter role r\n  password 'old';", "alter role r\n  password 'new';");
    expect(shown).toMatch(/^- .*password \S+;\n\+ /);
    expect(shown).not.toMatch(/old|new/);
  });

  test('stays short', () => {
    const lines = (word: string, count: number) =>
      Array.from({ length: count }, (_, n) => `${word} ${n};\n`).join('');
    expect(scriptDifference(lines('a', 30), lines('b', 30)).split('\n')).toEqual([
      ...Array.from({ length: 20 }, (_, n) => `- a ${n};`),
      '… and 40 more',
    ]);
    expect(scriptDifference(lines('a', 5000), lines('b', 5000))).toMatch(
      /^too much differs to be shown: 5001 lines/,
    );
    expect(scriptDifference('a', 'x'.repeat(2_000_000))).toMatch(/^too much differs/);
  });
});

test('nothing is said where nothing is odd', () => {
  const range = { target: undefined, members: [], lateMerged: [], acceptedEdits: [] };
  expect([...rangeWarnings(range), ...scriptWarnings([])]).toEqual([]);
});
