import { chooseForgotten, forgetProblems } from '../../runner/src/adopt/repair-forget';
import { lockKey } from '../../runner/src/database/lock';
import { extentOf } from '../../runner/src/status/describe-midway';
import type { StoppedMidway } from '../../runner/src/status/stopped-midway';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

const TABLE: FolderMigration = {
  tag: '0000_table',
  sql: 'create table t (a int); insert into t values (1), (1); create table log (what text);',
  rollback: 'drop table log; drop table t;',
};
/** Its first statement has something that no output may show. */
const INDEX: FolderMigration = {
  tag: '0001_index',
  sql: `insert into log values ('password=canary-it-is');
create unique index concurrently t_a on t (a);
insert into log values ('after');`,
};
const FOLDER = migrationsFolder([TABLE, INDEX]);
const EXTENT = 'statement 1 of 3 has run, statement 2 was begun';
const EDITED = migrationsFolder([TABLE, { ...INDEX, sql: INDEX.sql.replace('insert into', 'INSERT INTO') }]);
const CHANGED = '0001_index: statement 1 has run already, in an attempt that stopped midway';

const run = (command: string, { url }: TestDatabase, folder = FOLDER, env: Record<string, string> = {}) =>
  runRunner({ args: command.split(' '), env: environment(url, folder, env) });
const document = ({ stdout }: RunnerResult) => JSON.parse(stdout);
const warnings = (result: RunnerResult) =>
  result.events.filter(({ level }) => level === 'warn').map(({ message }) => message);

/** A database in which the index could not be built, because its values are not unique. */
const withHalf = (use: (database: TestDatabase) => Promise<void>) => () =>
  withDatabase(async (database) => {
    expectExit(await run('migrate', database), 'HALFWAY');
    await use(database);
  });

test.concurrent(
  'status shows how far it came and since when, or that it is under way, and it has not arrived',
  withHalf(async (database) => {
    const text = await run('status', database, EDITED);
    expectExit(text, 'OK');
    expect(text.stdout).toMatch(
      new RegExp(
        `0001_index .* pending .* stopped midway: ${EXTENT} \\(last noted \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\)`,
      ),
    );
    expect(warnings(text)).toEqual([expect.stringContaining(CHANGED)]);
    const json = await run('status --json --check', database);
    expectExit(json, 'MISMATCH');
    expect(json.end.message).toContain(`0001_index stopped midway (${EXTENT})`);
    expect(document(json)).toEqual({
      summary: `1 applied, 1 pending; last applied: 0000_table; 0001_index stopped midway (${EXTENT})`,
      migrations: [
        { migration: '0000_table', state: 'applied', historyId: 1 },
        {
          ...{ migration: '0001_index', state: 'pending' },
          progress: {
            ...{ state: 'stopped midway', done: [1], begun: 2, statements: 3 },
            lastAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          },
        },
      ],
    });
    expect(warnings(json)).toEqual([]);

    const key = lockKey({ folder: '', schema: 'drizzle', table: '__drizzle_migrations', digest: undefined });
    const holder = await database.sql.reserve();
    await holder`select pg_advisory_lock(${key}::bigint)`;
    const result = document(await run('status --json', database, EDITED));
    holder.release();
    expect(result.summary).toContain(`0001_index is under way (${EXTENT})`);
    expect(result.migrations[1].progress).toMatchObject({ state: 'under way', changed: [1] });
  }),
);

test.concurrent(
  'pre-flight says where it will be resumed, and refuses with 81 just what migrate refuses',
  withHalf(async (database) => {
    // What the server refuses in a transaction is gone from the file, but it is not run in one all the same.
    const sql = INDEX.sql.replace('unique index concurrently', 'index');
    const well = await run('preflight', database, migrationsFolder([TABLE, { ...INDEX, sql }]));
    expectExit(well, 'OK');
    const passed = named(well, 'check_passed').filter(({ check }) => check === 'stopped migrations');
    expect(passed.map(({ message }) => message)).toEqual([
      `stopped migrations: 0001_index stopped midway (${EXTENT}); it will be resumed at statement 2 of 3`,
    ]);
    expect(warnings(well)).toContainEqual(
      expect.stringContaining('0001_index runs outside a transaction, statement by statement'),
    );
    for (const command of ['preflight', 'migrate']) {
      const refused = await run(command, database, EDITED);
      expectExit(refused, 'MISMATCH');
      expect(`${refused.end.message} ${refused.end.remedy}`).toContain(CHANGED);
      expect(`${refused.end.message} ${refused.end.remedy}`).toMatch(/restore .* --forget 0001_index/);
    }
  }),
);

test.concurrent(
  'a rollback to before it warns of what stays, also when it has nothing to do',
  withHalf(async (database) => {
    for (const [command, ROLLBACK_TARGET, exit] of [
      ['rollback', '0000_table', 'OK'],
      ['rollback-preflight', 'empty', 'NOT_CONFIRMED'],
    ] as const) {
      const result = await run(command, database, FOLDER, { ROLLBACK_TARGET });
      expectExit(result, exit);
      const [warning] = named(result, 'rollback_warning');
      expect(warning).toMatchObject({
        migration: '0001_index',
        message: `WARNING: 0001_index stopped midway (${EXTENT}); it is not part of this rollback, and what it did stays in the database`,
        remedy: expect.stringMatching(/^migrate, so .* or undo by hand .* repair --forget 0001_index$/),
      });
      expect(warning?.detail).toMatch(
        /^statement 1 has run: line 1: insert into log .*\nstatement 2 was begun: line 2: create unique index/,
      );
    }
  }),
);

test.concurrent(
  'repair forgets it when told so, after saying what has to be undone; then it begins anew',
  withHalf(async (database) => {
    const { sql } = database;
    const kept = await run('repair', database);
    expectExit(kept, 'OK');
    expect(named(kept, 'repair_warning').map(({ message }) => message)).toEqual([
      `0001_index stopped midway (${EXTENT}); it will be resumed at statement 2 of 3; to give it up: --forget 0001_index`,
    ]);
    const plan = await run('repair --forget 0001', database);
    expectExit(plan, 'NOT_CONFIRMED');
    expect(named(plan, 'repair_plan')[0]).toMatchObject({ forgotten: ['0001_index'] });
    expect(named(plan, 'repair_plan')[0]?.detail).toContain(
      'progress of 0001_index (it stopped midway): 2 rows → no row',
    );
    expect(named(plan, 'repair_warning')[0]).toMatchObject({
      message: expect.stringContaining('WARNING: forgetting 0001_index undoes nothing'),
      statements: [
        { statement: 1, state: 'has run', line: 1 },
        { statement: 2, state: 'was begun', line: 2 },
      ],
    });
    const progress = () => sql`select state from drizzle.__drizzle_gate_progress order by statement`;
    expect(await progress()).toEqual([{ state: 'done' }, { state: 'started' }]);

    const token = named(plan, 'repair_plan')[0]?.token;
    await sql`update drizzle.__drizzle_gate_progress set state = 'done' where statement = 2`;
    expectExit(await run(`repair --forget 0001 --confirm ${token}`, database), 'NOT_CONFIRMED');
    await sql`update drizzle.__drizzle_gate_progress set state = 'started' where statement = 2`;
    expectExit(await run(`repair --forget 0001 --confirm ${token}`, database), 'OK');
    expect(await progress()).toEqual([]);

    await sql`truncate log, t`;
    expectExit(await run('migrate', database), 'OK');
    expect(await sql`select count(*)::int as rows from log`).toEqual([{ rows: 2 }]);
  }),
);

test.concurrent(
  'what has no file here is shown, and forgotten only when it is named',
  withHalf(async (database) => {
    const folder = migrationsFolder([TABLE]);
    const result = await run('status --json --check', database, folder);
    expectExit(result, 'OK');
    expect(document(result).migrations[1]).toEqual({
      ...{ migration: '0001_index', state: 'missing file' },
      progress: { state: 'stopped midway', done: [1], begun: 2, lastAt: expect.anything() },
    });
    for (const each of [result, await run('preflight', database, folder)]) {
      expect(warnings(each)).toContainEqual(
        expect.stringMatching(
          /0001_index stopped midway \(.*\), but no migration of this folder has that name/,
        ),
      );
    }
    const plan = await run('repair --forget 0001_index', database, folder);
    expectExit(plan, 'NOT_CONFIRMED');
    expect(named(plan, 'repair_warning')[0]?.detail).toMatch(/^statement 1 has run: its file is not here\n/);
    const token = named(plan, 'repair_plan')[0]?.token;
    expectExit(await run(`repair --forget 0001_index --confirm ${token}`, database, folder), 'OK');
    expect(await database.sql`select from drizzle.__drizzle_gate_progress`).toEqual([]);
  }),
);

test.concurrent(
  'a role that sees only the history gets its status, with a warning; to migrate it needs the progress',
  withHalf(async (database) => {
    const { sql, name } = database;
    const role = `reader_${name}`;
    await sql.unsafe(`create role ${role} login password 'weak-password'`);
    try {
      const url = Object.assign(new URL(database.url), { username: role, password: 'weak-password' }).href;
      const env = { GRANT_STATUS_TO: role };
      await sql`truncate t`;
      expectExit(await run('migrate', database, FOLDER, env), 'OK');
      const reader = { ...database, url };
      const later = migrationsFolder([TABLE, INDEX, { tag: '0002_later', sql: 'vacuum t' }]);
      const result = await run('status --json', reader, later);
      expectExit(result, 'OK');
      expect(document(result).migrations[2]).toEqual({ migration: '0002_later', state: 'pending' });
      expect(warnings(result)).toEqual([
        expect.stringContaining('whether a pending migration stopped midway can not be seen'),
      ]);
      const refused = await run('preflight', reader, later);
      expectExit(refused, 'ACCESS');
      expect(`${refused.end.message}${refused.end.detail}`).toContain(
        'ON "drizzle"."__drizzle_gate_progress"',
      );
      expectExit(await run('repair', reader, later), 'ACCESS');
    } finally {
      await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  }),
);

test('--forget names migrations that stopped midway by tag or number, and each of them only', () => {
  const stopped = ['0001_index', '0002_a', '0002_b'].map((tag) => ({ tag }) as StoppedMidway);
  const problems = forgetProblems(stopped, ['0001', '0002_a', '0000', '0002']);
  expect(chooseForgotten(stopped, ['0001', '0002_b'])).toEqual([stopped[0], stopped[2]]);
  expect(problems).toEqual([
    expect.stringMatching(
      /^--forget has "0000", which is no migration that stopped midway; those are: 0001_index, 0002_a, 0002_b$/,
    ),
    expect.stringMatching(/^--forget has "0002", which 0002_a and 0002_b begin with/),
  ]);
});

test.each([
  [{ last: 1, begun: undefined, statements: 3 }, 'statement 1 of 3 has run'],
  [{ last: 2, begun: 3, statements: 3 }, 'statements 1 to 2 of 3 have run, statement 3 was begun'],
  [{ last: undefined, begun: 1, statements: 3 }, 'statement 1 of 3 was begun'],
  [{ last: 2, begun: undefined, statements: undefined }, 'statements 1 to 2 have run'],
])('%j is told as %j', (extent, words) => {
  expect(extentOf(extent)).toBe(words);
});
