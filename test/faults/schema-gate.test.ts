import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';
import { expectCleanPool } from './support/expect-clean-pool';
import { withOwnServer } from './support/own-server';
import { withPgBouncer } from './support/pgbouncer';

const MIGRATIONS = ['0000_one', '0001_two'].map((tag, index) => ({
  ...{ tag, sql: `create table t${index} (a int)` },
}));
const FOLDER = migrationsFolder(MIGRATIONS);
const NEXT = migrationsFolder([...MIGRATIONS, { tag: '0002_three', sql: 'create table t3 (a int)' }]);

const wait = (url: string, folder: string, seconds: string) =>
  runRunner({
    args: ['wait'],
    env: environment(url, folder, { WAIT_TIMEOUT_SECONDS: seconds }),
    limit: 60_000,
  });
const migrate = (url: string) => runRunner({ args: ['migrate'], env: environment(url, FOLDER) });

test.each(['transaction', 'session'] as const)(
  'behind PgBouncer in %s mode pods wait, pass, and leave nothing on the connections of others',
  (mode) =>
    withDatabase((database) =>
      withPgBouncer(database.url, mode, async (pool) => {
        expectExit(await wait(pool.url, FOLDER, '0'), 'WAIT_EXPIRED');
        const waiting = Array.from({ length: 6 }, () => wait(pool.url, FOLDER, '50'));
        expectExit(await migrate(database.url), 'OK');
        for (const waited of await Promise.all(waiting)) expectExit(waited, 'OK');
        await expectCleanPool(pool, database);
      }),
    ),
);

test('on a standby pods pass on a schema that is there, and wait for one that is not', () =>
  withOwnServer(async ({ url, sql, restart }) => {
    expectExit(await migrate(url()), 'OK');
    const [at] = await sql<{ data: string }[]>`select current_setting('data_directory') as data`;
    // Without a primary it stays one, with what it had.
    writeFileSync(join(at?.data ?? '', 'standby.signal'), '', { mode: 0o644 });
    await restart('fast');
    expect(await sql`select pg_is_in_recovery() as standby`).toEqual([{ standby: true }]);
    expectExit(await wait(url(), FOLDER, '0'), 'OK');
    const missing = await wait(url(), NEXT, '0');
    expectExit(missing, 'WAIT_EXPIRED');
    expect(missing.end.message).toContain('0002_three is missing');
  }));
