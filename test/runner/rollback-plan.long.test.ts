import { readSettings } from '../../runner/src/config/settings';
import { renderEvent } from '../../runner/src/report/render-event';
import { createReporter } from '../../runner/src/report/reporter';
import { safetyDelay } from '../../runner/src/rollback/safety-delay';
import { makeToken, readToken } from '../../runner/src/rollback/token';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';

const ONE: FolderMigration = {
  tag: '0000_one',
  sql: 'create table one (a int); create table empty (a int); create view seen as select a from one;',
  rollback: 'drop view seen; drop table one; drop table empty;',
};
const TWO: FolderMigration = {
  tag: '0001_two',
  sql: 'alter table one add c int;',
  rollback: `-- MANUAL: fill "d" by hand\nalter table one drop column c;\ndo $$ begin execute 'select 1'; end $$;\n`,
};

type Env = Record<string, string>;
const run = (args: string, url: string, folder: string, env: Env = {}): Promise<RunnerResult> =>
  runRunner({ args: args.split(' '), env: environment(url, folder, { ROLLBACK_TARGET: 'empty', ...env }) });

const withTwo = (use: (database: TestDatabase, folder: string) => Promise<void>) =>
  withDatabase(async (database) => {
    const folder = migrationsFolder([ONE, TWO]);
    expectExit(await run('migrate', database.url, folder), 'OK');
    await database.sql`insert into one values (1, 2), (3, null)`;
    await use(database, folder);
  });

interface PlanJson {
  readonly token: string;
  readonly token_expires: string;
  readonly [field: string]: unknown;
}
const documentOf = ({ stdout }: RunnerResult) => JSON.parse(stdout) as PlanJson;

test.concurrent('rollback-plan shows what is undone and lost, changes nothing, and its token confirms it', () =>
  withTwo(async ({ url, sql, name }, folder) => {
    const result = await run('rollback-plan --json', url, folder);
    expectExit(result, 'OK');
    const document = documentOf(result);
    expect(document).toMatchObject({
      target: null,
      database: { host: expect.any(String), port: expect.any(Number), name },
      migrations: [
        {
          migration: '0001_two',
          history_id: 2,
          script: '0001_two.sql',
          source: 'file',
          script_hash: expect.any(String),
        },
        { migration: '0000_one', history_id: 1, script: '0000_one.sql', source: 'file' },
      ],
      losses: [
        { kind: 'object', what: 'view public.seen', migration: '0000_one' },
        {
          kind: 'table',
          what: 'table public.one',
          rows: 2,
          table: { name: 'one', bytes: expect.any(Number) },
        },
        { kind: 'table', what: 'table public.empty', rows: 0 },
      ],
      manual: [{ migration: '0001_two', line: 1, text: 'fill "d" by hand' }],
      unseen: [{ migration: '0001_two', line: 3, what: 'EXECUTE in a DO block' }],
      keep: { mode: 'keep', fits: 'yes' },
    });
    expect(Date.parse(document.token_expires) - Date.now()).toBeGreaterThan(3_500_000);
    expect(result.stderr).toContain('rollback_plan');
    const warnings = named(result, 'rollback_warning').map(({ message }) => message);
    expect(warnings).toEqual([
      expect.stringMatching(/^0001_two.sql:1: the script leaves something to a person/),
      expect.stringMatching(/^0001_two.sql:3: EXECUTE in a DO block can't be seen into/),
      expect.stringMatching(
        /^WARNING: DATA LOSS. This destroys 2 rows, \d+ kB in 2 tables or columns; 1 other object goes/,
      ),
    ]);
    expect(await sql`select count(*)::int as rows from one`).toEqual([{ rows: 2 }]);
    expectExit(await run('rollback', url, folder, { ROLLBACK_CONFIRM: document.token }), 'OK');
    const again = await run('rollback-plan --json', url, folder);
    expectExit(again, 'OK');
    expect(documentOf(again)).toMatchObject({ migrations: [], token: null });
  }));

test.concurrent('as text it fits a terminal, and the token stands alone in the last line of the plan', () =>
  withDatabase(async ({ url, sql }) => {
    const long = 'a_table_with_a_rather_long_name_as_they_are_found_in_the_wild_x';
    const tag = '0000_one_migration_whose_name_says_very_much_about_what_it_does';
    const sqlText = `create schema "${long}"; create table "${long}"."${long}" ("${long}" int); create table two (a int);`;
    const rollback = `alter table "${long}"."${long}" drop column "${long}"; drop table two`;
    const folder = migrationsFolder([{ tag, sql: sqlText, rollback }]);
    expectExit(await run('migrate', url, folder), 'OK');
    await sql.unsafe(`insert into "${long}"."${long}" select generate_series(1, 1234)`);
    const result = await run('rollback-plan', url, folder, { LOG_FORMAT: 'text' });
    const lines = result.stdout.split('\n');
    const detail = lines.filter((line) => line.startsWith('    '));
    expect(detail.filter((line) => line.length > 100)).toEqual([]);
    expect(result.stdout).toContain('1,234 values');
    expect(lines.some((line) => readToken(line.trim()) !== undefined)).toBe(true);
  }));

test.concurrent('an unset target is told before anything is connected to', async () => {
  const folder = migrationsFolder([ONE, TWO]);
  for (const command of ['rollback-plan', 'rollback-preflight', 'rollback']) {
    const result = await run(command, 'postgresql://nobody@127.0.0.1:9/none', folder, {
      ROLLBACK_TARGET: '',
    });
    expectExit(result, 'CONFIG');
    expect(result.end).toMatchObject({
      message: expect.stringMatching(/ROLLBACK_TARGET is unset/),
      remedy: expect.stringMatching(/0000_one, 0001_two/),
    });
  }
});

describe('what changed since the plan refuses, names it, and prints the new plan', () => {
  const attempt = (url: string, folder: string, token: string, env: Env = {}) =>
    run('rollback', url, folder, { ROLLBACK_CONFIRM: token, ...env });

  test.concurrent('rows: fewer and up to twice as many are let through, more are not', () =>
    withTwo(async ({ url, sql }, folder) => {
      const { token } = documentOf(await run('rollback-plan --json', url, folder));
      await sql`insert into one values (5, 6), (7, 8), (9, 10)`;
      await sql`insert into empty values (1)`;
      const refused = await attempt(url, folder, token);
      expectExit(refused, 'NOT_CONFIRMED');
      expect(refused.end.detail).toMatch(/table public.one had 2 when the plan was made, and has 5 rows now/);
      expect(refused.end.detail).toMatch(
        /table public.empty was empty when the plan was made, and has 1 row now/,
      );
      const [plan] = named(refused, 'rollback_plan');
      expect(refused.end.remedy).toContain(`ROLLBACK_CONFIRM=${plan?.token}`);
      expect(refused.termination.length).toBeLessThan(4096);
      expect(refused.termination).toContain(String(plan?.token));
      await sql`delete from empty`;
      await sql`delete from one where a > 6`;
      expectExit(await attempt(url, folder, token), 'OK');
    }));

  test.concurrent("time: by the database's clock", () =>
    withTwo(async ({ url, sql }, folder) => {
      const made = await run('rollback-plan --json', url, folder);
      const parts = readToken(documentOf(made).token);
      // A token of the same plan that was made earlier, which only whoever can make tokens has.
      const [identity] = await sql`select system_identifier::text as id from pg_control_system()`;
      const { hostname, port, pathname } = new URL(url);
      const history = await sql`select id, hash from drizzle.__drizzle_migrations order by id desc`;
      const document = documentOf(made);
      const migrations = document.migrations as { migration: string; script_hash: string }[];
      const plan = {
        identity: {
          host: hostname,
          port: Number(port),
          database: pathname.slice(1),
          systemIdentifier: String(identity?.id),
        },
        range: migrations.map(({ migration: tag }, at) => ({
          tag,
          hash: String(history[at]?.hash),
          historyId: Number(history[at]?.id),
        })),
        scriptHashes: migrations.map(({ script_hash }) => script_hash),
        losses: document.losses as never,
      };
      expect(makeToken(plan, parts?.issuedAt ?? 0)).toBe(document.token);
      const old = makeToken(plan, (parts?.issuedAt ?? 0) - 120);
      const expired = await attempt(url, folder, old, { ROLLBACK_TOKEN_SECONDS: '60' });
      expectExit(expired, 'NOT_CONFIRMED');
      expect(expired.end.message).toMatch(
        /ROLLBACK_CONFIRM has expired: its plan was made at .*Z and holds for 1 minute/,
      );
      expectExit(await attempt(url, folder, old), 'OK');
    }));

  test.concurrent('what never was a token is told as such, whatever length it has', () =>
    withTwo(async ({ url }, folder) => {
      const refused = await attempt(url, folder, 'x'.repeat(5000));
      expectExit(refused, 'NOT_CONFIRMED');
      expect(refused.end.message).toMatch(
        /^ROLLBACK_CONFIRM is "x{60}…", which is not a token that a plan printed, so nothing was changed/,
      );
    }));
});

test.concurrent('what is kept, discarded, or more than may be kept, is told', () =>
  withTwo(async ({ url }, folder) => {
    const keepOf = async (env: Env) =>
      named(await run('rollback-plan', url, folder, env), 'rollback_keep')[0];
    expect(await keepOf({})).toMatchObject({
      level: 'info',
      message: expect.stringMatching(/copied first, into a schema drizzle_gate_kept_<time>: about 8 kB/),
    });
    expect(await keepOf({ ROLLBACK_KEEP: 'discard' })).toMatchObject({
      level: 'warn',
      message: expect.stringMatching(/ROLLBACK_KEEP is discard: no row is copied/),
    });
    expect(await keepOf({ ROLLBACK_KEEP_LIMIT_MB: '0' })).toMatchObject({
      level: 'warn',
      fits: 'refused',
      remedy: expect.stringMatching(
        /raise ROLLBACK_KEEP_LIMIT_MB to 1 or more, or lose the rows for good with ROLLBACK_KEEP=discard/,
      ),
    });
  }));

test('on a terminal each second of the safety delay is told, and a signal ends it with 75', async () => {
  const secondsOn = async (isTerminal: boolean) => {
    const told: string[] = [];
    const stop = new AbortController();
    const reporter = createReporter({ format: 'json', write: (line) => told.push(line) });
    const settings = readSettings({ ROLLBACK_DELAY_SECONDS: '9' });
    const waiting = safetyDelay({ settings, reporter, isTerminal, signal: stop.signal });
    setTimeout(() => stop.abort(), 1500);
    await expect(waiting).rejects.toMatchObject({
      exit: 'TRY_AGAIN',
      message: expect.stringMatching(/nothing was changed/),
    });
    expect(renderEvent(JSON.parse(told[0] ?? '{}'))).toMatch(/rolling back in 9 s; stop it now with Ctrl-C/);
    return told.map((line) => JSON.parse(line).seconds_left);
  };
  expect(await Promise.all([secondsOn(true), secondsOn(false)])).toEqual([[9, 8], [9]]);
});
