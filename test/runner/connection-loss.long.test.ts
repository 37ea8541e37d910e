import type postgres from 'postgres';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';
import { type Message, startServerProxy } from '../support/server-proxy';

/** The server's answer that carries this word is where a test begins to disturb. */
const MARK = 'mark-of-the-test';

const TABLE = { tag: '0000_table', sql: 'create table t (a int); create table log (what text);' };
const TRANSACTIONAL = {
  tag: '0001_marked',
  sql: `insert into t values (1), (2); select '${MARK}'; insert into log select sum(a) from t;`,
};
const ALONE = {
  tag: '0001_marked',
  sql: `insert into t values (1), (2); create unique index concurrently t_a on t (a); select '${MARK}';
    insert into log select sum(a) from t; create index concurrently log_what on log (what);`,
};

const isMark = ({ from, type, body }: Message) => from === 'server' && type === 'D' && body.includes(MARK);
const isCommitted = ({ from, type, body }: Message) =>
  from === 'server' && type === 'C' && body.toString('latin1').startsWith('COMMIT');

const migrate = (url: string, folder: string) =>
  runRunner({ args: ['migrate'], env: environment(url, folder) });

/** Migrates through a proxy that cuts the connection where `isDue` says so, instead of passing the message on. */
async function migrateCut(
  url: string,
  folder: string,
  isDue: (message: Message) => boolean,
): Promise<RunnerResult> {
  const proxy = await startServerProxy(url, (message) => (isDue(message) ? 'cut' : 'forward'));
  try {
    return await migrate(proxy.url, folder);
  } finally {
    proxy.close();
  }
}

async function expectOnce(sql: postgres.Sql): Promise<void> {
  expect(await sql`select count(*)::int as rows, sum(a)::int as sum from t`).toEqual([{ rows: 2, sum: 3 }]);
  expect(await sql`select what from log`).toEqual([{ what: '3' }]);
  expect(await sql`select id from drizzle.__drizzle_migrations`).toHaveLength(2);
  expect(await sql`select indexrelid from pg_index where not indisvalid`).toEqual([]);
}

const KINDS = [
  ['in a transaction', TRANSACTIONAL],
  ['outside one', ALONE],
] as const;

test.concurrent.each(KINDS)(
  'a connection cut midway, %s, is unavailable, and the rerun completes',
  (_kind, file) =>
    withDatabase(async ({ url, sql }) => {
      const folder = migrationsFolder([TABLE, file]);
      const lost = await migrateCut(url, folder, isMark);
      expectExit(lost, 'UNAVAILABLE');
      expect(lost.end.remedy).toBeTruthy();
      expect(await sql`select to_regclass('t') is not null as there`).toEqual([{ there: file === ALONE }]);
      expectExit(await migrate(url, folder), 'OK');
      await expectOnce(sql);
    }),
);

test.concurrent('a COMMIT whose answer is lost is unavailable, and the rerun finds it done', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([TABLE, TRANSACTIONAL]);
    let marked = false;
    const lost = await migrateCut(url, folder, (message) => {
      marked ||= isMark(message);
      return marked && isCommitted(message);
    });
    expectExit(lost, 'UNAVAILABLE');
    expect(lost.end.message).toMatch(/unknown/);
    await expectOnce(sql);
    const tags = [TABLE.tag, TRANSACTIONAL.tag];
    // Neither log nor record says that something was rolled back which is there.
    expect(named(lost, 'unit_failed')).toMatchObject([
      { message: expect.stringContaining('committed is not known'), rolled_back: [], not_started: [] },
    ]);
    const recorded =
      await sql`select exit_code, uncommitted, jsonb_path_query_array(migrations, '$[*].migration') as tags
                                 from drizzle.__drizzle_gate_runs`;
    expect(recorded).toEqual([{ exit_code: 69, uncommitted: [], tags }]);
    const rerun = await migrate(url, folder);
    expectExit(rerun, 'OK');
    expect(named(rerun, 'nothing_pending')).toHaveLength(1);
    await expectOnce(sql);
  }));

test.concurrent.each([1, 2, 3, 4])(
  'outside a transaction: the answer to COMMIT number %i after the mark is lost, and the rerun repeats nothing',
  (number) =>
    withDatabase(async ({ url, sql }) => {
      const folder = migrationsFolder([TABLE, ALONE]);
      let marked = false;
      let commits = 0;
      const lost = await migrateCut(url, folder, (message) => {
        marked ||= isMark(message);
        return marked && isCommitted(message) && ++commits === number;
      });
      // An engine that needs fewer commits has come to its end.
      expectExit(lost, commits < number ? 'OK' : 'UNAVAILABLE');
      expectExit(await migrate(url, folder), 'OK');
      await expectOnce(sql);
    }),
);
