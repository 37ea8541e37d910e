import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, runRunner } from '../support/runner';
import { waitUntil } from '../support/wait';
import { withOwnServer } from './support/own-server';

/** The statement after which the server restarts is slow only the first time: then the table `restarted` is there. */
const ONCE_SLOW = `select case when to_regclass('restarted') is null then pg_sleep(60) end;`;

const FILES = {
  'in a transaction': `create table t (a int); insert into t select generate_series(1, 100); ${ONCE_SLOW}`,
  'outside one': `create table t (a int); create index concurrently t_a on t (a);
    insert into t select generate_series(1, 100); ${ONCE_SLOW}`,
};

describe.each(['fast', 'immediate'] as const)('a server that restarts (%s)', (mode) => {
  test.each(Object.entries(FILES))(
    'during a migration %s: unavailable, and the rerun completes',
    (_how, file) =>
      withOwnServer(async ({ url, sql, restart }) => {
        const folder = migrationsFolder([{ tag: '0000_slow', sql: file }]);
        let restarted: Promise<void> | undefined;
        const result = await runRunner({
          args: ['migrate'],
          env: environment(url(), folder),
          onStart: () => {
            restarted = waitUntil('the slow statement runs', async () => {
              const running =
                await sql`select from pg_stat_activity where query like '%restarted%pg_sleep(60)%'
              and state = 'active' and pid <> pg_backend_pid()`;
              return running.length > 0;
            }).then(() => restart(mode));
          },
        });
        expectExit(result, 'UNAVAILABLE');
        await restarted;
        await sql`create table restarted ()`;
        expectExit(await runRunner({ args: ['migrate'], env: environment(url(), folder) }), 'OK');
        expect(await sql`select count(*)::int as rows from t`).toEqual([{ rows: 100 }]);
        expect(await sql`select count(*)::int as rows from drizzle.__drizzle_migrations`).toEqual([
          { rows: 1 },
        ]);
      }),
  );
});
