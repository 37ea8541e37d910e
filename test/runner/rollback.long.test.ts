import { readCatalog, readRows } from '../migrations/catalog';
import { FOLDER } from '../migrations/reference-folder';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

const ONE: FolderMigration = {
  tag: '0000_one',
  sql: 'create table one (a int, b int);',
  rollback: 'drop table one;',
};
const TWO: FolderMigration = {
  ...{ tag: '0001_two', sql: 'alter table one add c int; create table two ();' },
  rollback: 'drop table two;\n-- and the column\nalter table one drop column c;',
};

type Env = Record<string, string>;
const run = (command: string, url: string, folder: string, env: Env = {}) =>
  runRunner({ args: [command], env: environment(url, folder, env) });

const rollback = (url: string, folder: string, target?: string, confirm?: string, env: Env = {}) =>
  run('rollback', url, folder, {
    ...(target !== undefined && { ROLLBACK_TARGET: target }),
    ...(confirm !== undefined && { ROLLBACK_CONFIRM: confirm }),
    ...env,
  });

const tokenOf = (result: RunnerResult) => String(named(result, 'rollback_plan')[0]?.token);

/** A database with both migrations, one row in it, and what it held then. */
const withTwo = (use: (database: TestDatabase, folder: string, before: object) => Promise<void>) =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([ONE, TWO]);
    expectExit(await run('migrate', database.url, folder), 'OK');
    await database.sql`insert into one values (1, null, 3), (1, null, null)`;
    await use(database, folder, await state(database));
  });

async function state({ sql }: TestDatabase): Promise<object> {
  const history = await sql`select id, hash, created_at from drizzle.__drizzle_migrations order by id`;
  return { catalog: await readCatalog(sql), rows: await readRows(sql), history: [...history] };
}

test.concurrent('without the token the plan is shown, and nothing is changed', () =>
  withTwo(async (database, folder, before) => {
    for (const command of ['rollback', 'rollback-preflight']) {
      const result = await run(command, database.url, folder, { ROLLBACK_TARGET: '0000_one' });
      expectExit(result, 'NOT_CONFIRMED');
      const token = tokenOf(result);
      expect(token).toMatch(/^[0-9a-z]{6}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-|\.)[0-9a-z.]+$/);
      expect(result.end.remedy).toContain(`ROLLBACK_CONFIRM=${token}`);
      expect(named(result, 'rollback_plan')).toMatchObject([
        { migrations: ['0001_two'], target: '0000_one' },
      ]);
      expect(named(result, 'rollback_warning')[0]).toMatchObject({
        level: 'warn',
        message: expect.stringMatching(/WARNING: DATA LOSS/),
        losses: [
          { what: 'table public.two', rows: 0 },
          { what: expect.stringMatching(/^column .*one.*\.c$/), rows: 1 },
        ],
      });
      expect(named(result, 'rollback_delay')).toEqual([]);
    }
    expect(await state(database)).toEqual(before);
  }));

test.concurrent('with the token it is done, with its history row, and a second time there is nothing to do', () =>
  withTwo(async ({ url, sql }, folder) => {
    const token = tokenOf(await rollback(url, folder, '0000_one'));
    const done = await rollback(url, folder, '0000_one', ` ${token}\n`);
    expectExit(done, 'OK');
    expect(named(done, 'rollback_script_done')).toHaveLength(1);
    expect(named(done, 'history_status')[0]).toMatchObject({ applied: 1, pending: ['0001_two'] });
    expect(await sql`select id from drizzle.__drizzle_migrations`).toEqual([{ id: 1 }]);
    expect(await sql`select * from one`).toEqual([
      { a: 1, b: null },
      { a: 1, b: null },
    ]);
    for (const command of ['rollback', 'rollback-preflight']) {
      const again = await run(command, url, folder, { ROLLBACK_TARGET: '0000_one' });
      expectExit(again, 'OK');
      expect(named(again, 'nothing_to_roll_back')).toHaveLength(1);
    }
    expectExit(await run('migrate', url, folder), 'OK');
  }));

test.concurrent.each<[string, string | undefined, RegExp]>([
  ['no target', undefined, /ROLLBACK_TARGET is unset; it says which migration stays/],
  ['an empty target', '', /ROLLBACK_TARGET is unset; it says which migration stays/],
  ['an unknown target', '0009_nine', /"0009_nine", but no migration has this name/],
  ['a part of a number', '000', /but no migration has this name/],
])('%s is refused with the choices', (_name, target, message) =>
  withTwo(async ({ url }, folder) => {
    const result = await rollback(url, folder, target);
    expectExit(result, 'CONFIG');
    expect(result.end).toMatchObject({
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(/0000_one, 0001_two/),
    });
  }),
);

test.concurrent('a target that is not applied is refused', () =>
  withTwo(async ({ url }) => {
    const folder = migrationsFolder([ONE, TWO, { tag: '0002_three', sql: 'select 1' }]);
    const result = await rollback(url, folder, '0002');
    expectExit(result, 'CONFIG');
    expect(result.end.message).toMatch(/"0002", which is not applied/);
  }));

test.concurrent('all of the reference migrations can be undone, newest first', () =>
  withDatabase(async ({ url, sql }) => {
    const empty = await readCatalog(sql);
    expectExit(await run('migrate', url, FOLDER), 'OK');
    const token = tokenOf(await rollback(url, FOLDER, 'empty'));
    const done = await rollback(url, FOLDER, 'empty', token);
    expectExit(done, 'OK');
    expect(named(done, 'rollback_script_done').map(({ migration }) => migration)).toHaveLength(14);
    expect(await sql`select * from drizzle.__drizzle_migrations`).toEqual([]);
    await sql`drop schema drizzle cascade`;
    expect(await readCatalog(sql)).toEqual(empty);
    expectExit(await rollback(url, FOLDER, 'empty'), 'OK');
  }));

describe('a wrong token changes nothing', () => {
  const script = { ...TWO, rollback: `${TWO.rollback} -- changed` };
  test.concurrent.each<[string, (url: string, folder: string) => Promise<RunnerResult>]>([
    ['a yes', (url, folder) => rollback(url, folder, '0000_one', 'yes')],
    [
      'of another range',
      async (url, folder) => rollback(url, folder, 'empty', tokenOf(await rollback(url, folder, '0000_one'))),
    ],
    [
      'of another script',
      async (url, folder) =>
        rollback(
          url,
          migrationsFolder([ONE, script]),
          '0000_one',
          tokenOf(await rollback(url, folder, '0000_one')),
        ),
    ],
    ['of another database', async (url, folder) => rollback(url, folder, '0000', await otherToken(folder))],
  ])('%s', (_name, attempt) =>
    withTwo(async (database, folder, before) => {
      const result = await attempt(database.url, folder);
      expectExit(result, 'NOT_CONFIRMED');
      expect(await state(database)).toEqual(before);
    }),
  );

  const otherToken = async (folder: string) => {
    let token = '';
    await withTwo(async ({ url }) => {
      token = tokenOf(await rollback(url, folder, '0000_one'));
    });
    return token;
  };
});

test.concurrent('a token holds only until the history changes', () =>
  withTwo(async ({ url }, folder) => {
    const token = tokenOf(await rollback(url, folder, '0000_one'));
    expectExit(await rollback(url, folder, '0000_one', token), 'OK');
    expectExit(await run('migrate', url, folder), 'OK');
    expectExit(await rollback(url, folder, '0000_one', token), 'NOT_CONFIRMED');
  }));

test.concurrent('a script that fails rolls everything back, with its place', () =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([{ ...ONE, rollback: 'drop table one;\ndrop table nothing;' }, TWO]);
    expectExit(await run('migrate', database.url, folder), 'OK');
    const before = await state(database);
    const token = tokenOf(await rollback(database.url, folder, 'empty'));
    const result = await rollback(database.url, folder, 'empty', token);
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({
      migration: '0000_one',
      message: expect.stringMatching(
        /^0000_one.sql:2:1: statement 2: .*; nothing was rolled back \(exit code 82\)$/,
      ),
    });
    expect(await state(database)).toEqual(before);
  }));

describe('scripts that can not be run are refused, all at once', () => {
  const noScript = { tag: '0000_none', sql: 'select 1' };
  test.concurrent.each<[string, FolderMigration[], Record<string, string>, RegExp[]]>([
    [
      'missing',
      [noScript, { ...noScript, tag: '0001_none' }],
      {},
      [/0000_none has no rollback script/, /0001_none has no/],
    ],
    ['with a COMMIT', [{ ...ONE, rollback: 'commit' }], {}, [/line 1: COMMIT can't run/]],
    [
      'with a COPY to nobody',
      [{ ...ONE, rollback: 'copy one to stdout' }],
      {},
      [/line 1: nobody reads what COPY/],
    ],
    ['two for one', [ONE], { 'rollback/0000_rollback.sql': '' }, [/0000_one has 2 rollback scripts/]],
    [
      'one for two',
      [noScript, { ...noScript, tag: '0000_two' }],
      { 'rollback/0000_rollback.sql': 'select 1' },
      [/could belong to 0000_none or 0000_two/],
    ],
  ])('%s', (_name, migrations, files, expected) =>
    withDatabase(async (database) => {
      const folder = migrationsFolder(migrations, files);
      expectExit(await run('migrate', database.url, folder), 'OK');
      const before = await state(database);
      const result = await rollback(database.url, folder, 'empty');
      expectExit(result, 'NO_ROLLBACK');
      for (const problem of expected) expect(`${result.end.message}\n${result.end.detail}`).toMatch(problem);
      expect(await state(database)).toEqual(before);
    }),
  );
});

test.concurrent('the scripts of ROLLBACK_FOLDER come first', () =>
  withTwo(async ({ url, sql }, folder) => {
    const ROLLBACK_FOLDER = migrationsFolder([], {
      'rollback/0001_two.sql': 'drop table two; create table by_folder ();',
    });
    const token = tokenOf(await rollback(url, folder, '0000', undefined, { ROLLBACK_FOLDER }));
    expectExit(await rollback(url, folder, '0000', token, { ROLLBACK_FOLDER }), 'OK');
    expect(await sql`select to_regclass('by_folder') is not null as there`).toEqual([{ there: true }]);
  }));

test.concurrent('a migration that is neither in this folder nor has a stored script is in the way', () =>
  withTwo(async ({ url, sql }) => {
    await sql`drop table drizzle.__drizzle_gate_scripts`;
    const result = await rollback(url, migrationsFolder([ONE]), 'empty');
    expectExit(result, 'MISMATCH');
    expect(result.end.remedy).toMatch(/the image that has these migrations/);
  }));

test.concurrent('one merged late stays, and is warned of', () =>
  withTwo(async ({ url }) => {
    const late = { tag: '0000_late', sql: 'select 1', when: 1_700_000_000_500 };
    const folder = migrationsFolder([ONE, late, { ...TWO, when: 1_700_000_001_000 }]);
    expectExit(await run('migrate', url, folder), 'OK');
    const result = await rollback(url, folder, '0000_late');
    expectExit(result, 'NOT_CONFIRMED');
    expect(named(result, 'rollback_warning')[0]).toMatchObject({ migration: '0000_late' });
    expect(named(result, 'rollback_plan')[0]).toMatchObject({ migrations: ['0001_two'] });
  }));

test.concurrent('SIGTERM during a script cancels it and leaves everything applied', () =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([{ ...ONE, rollback: 'select pg_sleep(30)' }, TWO]);
    expectExit(await run('migrate', database.url, folder), 'OK');
    const before = await state(database);
    const token = tokenOf(await rollback(database.url, folder, 'empty'));
    const result = await runRunner({
      args: ['rollback'],
      env: environment(database.url, folder, { ROLLBACK_TARGET: 'empty', ROLLBACK_CONFIRM: token }),
      onEvent: ({ event }, child) =>
        event === 'rollback_script_done' && setTimeout(() => child.kill('SIGTERM'), 100),
    });
    expectExit(result, 'TRY_AGAIN');
    expect(result.milliseconds).toBeLessThan(5000);
    expect(await state(database)).toEqual(before);
  }));

describe('the safety delay', () => {
  const delayed = { ROLLBACK_DELAY_SECONDS: '2', ROLLBACK_TARGET: '0000_one' };

  test.concurrent('is waited by the check, once it is confirmed, and changes nothing', () =>
    withTwo(async (database, folder, before) => {
      const token = tokenOf(await run('rollback-preflight', database.url, folder, delayed));
      const result = await run('rollback-preflight', database.url, folder, {
        ...delayed,
        ROLLBACK_CONFIRM: token,
      });
      expectExit(result, 'OK');
      expect(named(result, 'rollback_delay').map((entry) => entry.seconds_left)).toEqual([2, 1]);
      expect(result.milliseconds).toBeGreaterThan(2000);
      expect(await state(database)).toEqual(before);
    }));

  test.concurrent('ends at once on SIGTERM', () =>
    withTwo(async (database, folder, before) => {
      const ROLLBACK_CONFIRM = tokenOf(await run('rollback-preflight', database.url, folder, delayed));
      const result = await runRunner({
        args: ['rollback-preflight'],
        env: environment(database.url, folder, {
          ...delayed,
          ROLLBACK_CONFIRM,
          ROLLBACK_DELAY_SECONDS: '60',
        }),
        onEvent: ({ event }, child) => event === 'rollback_delay' && child.kill('SIGTERM'),
      });
      expectExit(result, 'TRY_AGAIN');
      expect(result.end.message).toMatch(/nothing was changed/);
      expect(result.milliseconds).toBeLessThan(3000);
      expect(await state(database)).toEqual(before);
    }));
});
