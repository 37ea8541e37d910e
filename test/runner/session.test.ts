import { restoreSettings } from '../../runner/src/database/session-settings';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const TABLE = { tag: '0000_table', sql: 'create table t (a text);' };

const run = (
  command: string,
  url: string,
  migrations: readonly FolderMigration[],
  env: Record<string, string> = {},
) => runRunner({ args: [command], env: environment(url, migrationsFolder(migrations), env) });

const texts = async ({ sql }: TestDatabase) => (await sql`select a from t order by a`).map(({ a }) => a);

test.concurrent('files are cut as a database reads them whose plain strings have escapes', () =>
  withDatabase(async (database) => {
    const { url, sql, name } = database;
    await sql.unsafe(`alter database ${name} set standard_conforming_strings = off`);
    const file = (text: string) => `insert into t values ('${text}\\'s; here');`;
    const migrations = [
      TABLE,
      { tag: '0001_transactional', sql: file('one'), rollback: "delete from t where a = 'it\\'s; gone';" },
      { tag: '0002_stepwise', sql: `${file('two')} create index concurrently t_a on t (a);` },
    ];
    expectExit(await run('preflight', url, migrations), 'OK');
    expectExit(await run('migrate', url, migrations), 'OK');
    expect(await texts(database)).toEqual(["one's; here", "two's; here"]);
    await sql`delete from drizzle.__drizzle_migrations where id = 3`;
    const target = { ROLLBACK_TARGET: TABLE.tag };
    const undo = migrations.slice(0, 2);
    const token =
      String((await run('rollback', url, undo, target)).end.remedy)
        .split('=')
        .at(-1) ?? '';
    expectExit(await run('rollback', url, undo, { ...target, ROLLBACK_CONFIRM: token }), 'OK');
  }));

const OURS = `select name, setting from pg_settings where name in ('lock_timeout', 'statement_timeout',
  'tcp_user_timeout', 'client_connection_check_interval', 'idle_session_timeout') order by 1`;
const LOG = `insert into log ${OURS}`;

test.concurrent.each([
  ['in a transaction', ''],
  ['statement by statement', 'create index concurrently log_name on log (name);'],
])('what a file resets is set again, and nothing else: %s', (_, rest) =>
  withDatabase(async ({ url, sql }) => {
    const file = `create table log (name text, setting text);
      ${LOG}; reset /* ours too */ all; ${LOG};
      set lock_timeout = 7; set statement_timeout = 8000; reset statement_timeout; set tcp_user_timeout to default; ${LOG}; ${rest}`;
    expectExit(await run('migrate', url, [{ tag: '0000_a', sql: file }]), 'OK');
    const rows = await sql<{ name: string; setting: string }[]>`select name, setting from log`;
    const [before, afterAll, after] = [0, 5, 10].map((from) => rows.slice(from, from + 5));
    expect(before).toMatchObject([{ setting: '2000' }, {}, { setting: '5000' }, {}, { setting: '15000' }]);
    expect(afterAll).toEqual(before);
    expect(after).toEqual(
      before?.map((row) => (row.name === 'lock_timeout' ? { ...row, setting: '7' } : row)),
    );
  }),
);

test.each([
  ['RESET lock_timeout', "set session lock_timeout to '1'"],
  ['set local lock_timeout = default', "set local lock_timeout to '1'"],
  ['set session "lock_timeout" to DEFAULT', "set session lock_timeout to '1'"],
  ['set lock_timeout = 5', undefined],
  ['reset role', undefined],
  ['reset search_path', undefined],
])('%s', async (text, expected) => {
  const said: string[] = [];
  const execute = async (statement: string) => {
    said.push(statement.replace('select pg_catalog.', ''));
    return [];
  };
  const session = {
    pooled: false,
    backendPid: 1,
    backslashes: false,
    tls: undefined,
    execute,
    query: execute,
    complete: execute,
    farewell: execute as never,
  };
  await restoreSettings(session, { lockTimeout: 1, statementTimeout: 2 }, text);
  expect(said).toEqual(expected ? [expected] : []);
});

test.concurrent('a wait for locks ends neither at what was prepared before it nor at the idle timeout of the role', () =>
  withDatabase(async ({ url, sql, name }) => {
    await sql.unsafe(`create table busy (a int); create role ${name} login password 'p' in role postgres;
      alter role ${name} set role = 'postgres'; alter role ${name} set idle_session_timeout = '300ms';
      alter role ${name} set idle_in_transaction_session_timeout = '300ms'`);
    const other = await sql.reserve();
    await other`begin`;
    await other`select * from busy`;
    try {
      const result = await runRunner({
        args: ['migrate'],
        env: environment(
          Object.assign(new URL(url), { username: name, password: 'p' }).href,
          migrationsFolder([
            {
              tag: '0000_a',
              sql: 'prepare add as insert into busy values (1); declare c cursor for select 1; alter table busy add b int; execute add;',
            },
          ]),
          { LOCK_TIMEOUT_MS: '400' },
        ),
        onEvent: ({ event, attempt }) => {
          if (event === 'unit_retried' && attempt === 2) void other`commit`.then(() => other.release());
        },
      });
      expectExit(result, 'OK');
      expect(named(result, 'unit_retried')).toHaveLength(2);
      expect(named(result, 'observer_unavailable')).toEqual([]);
    } finally {
      await sql.unsafe(`drop owned by ${name} cascade; drop role ${name}`);
    }
  }));
