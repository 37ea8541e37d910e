import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { readCatalog } from '../migrations/catalog';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const TABLE: FolderMigration = {
  tag: '0000_table',
  sql: 'create table t (a int); create table log (what text);',
};

const own = (sql: string): FolderMigration => ({ tag: '0001_own', sql });

const migrate = (url: string, ...migrations: FolderMigration[]) =>
  runRunner({ args: ['migrate'], env: environment(url, migrationsFolder(migrations)) });

const LOG = 'select what from log order by ctid';
const CUT = '--> statement-breakpoint';

/** As real projects have them, so that CONCURRENTLY works behind the transaction of Drizzle. */
const TRICK = `insert into log values ('in the transaction in front');
${CUT}
COMMIT;
${CUT}
CREATE INDEX CONCURRENTLY t_a ON t (a);
${CUT}
BEGIN;
${CUT}
insert into log values ('in its own');`;

describe('the same as Drizzle, which has a transaction open in front', () => {
  test.concurrent.each<[string, string]>([
    ['COMMIT, CONCURRENTLY, BEGIN', TRICK],
    [
      'BEGIN and COMMIT around everything',
      `BEGIN;\nalter table t add b int;\ninsert into log values ('x');\nCOMMIT;`,
    ],
    [
      'two transactions',
      `BEGIN; insert into log values ('1'); COMMIT; BEGIN; insert into log values ('2'); COMMIT;`,
    ],
    ['a transaction that is left open', `commit; begin; insert into log values ('open');`],
    ['ROLLBACK of its own work', `insert into log values ('no'); ROLLBACK; insert into log values ('yes');`],
    [
      'savepoints',
      `savepoint s; insert into log values ('no'); rollback to s; release s; insert into log values ('yes');`,
    ],
    ['COMMIT AND CHAIN', `insert into log values ('1'); commit and chain; insert into log values ('2');`],
    [
      'a temporary table used by the next statement',
      `BEGIN; create temp table x on commit drop as select 'temp' as what; insert into log select what from x; COMMIT;`,
    ],
    ['only END', `insert into log values ('1'); END;`],
    [
      'SET LOCAL in its transaction',
      `begin; set local lock_timeout = '1s'; insert into log values ('1'); commit;`,
    ],
    [
      'what commits inside, or stands alone as only the server knows, outside a transaction',
      `create procedure p() language plpgsql as $$ begin insert into log values ('1'); commit; insert into log values ('2'); end $$;
create table part (a int primary key) partition by range (a); create table part1 partition of part default;
${CUT}\nCOMMIT;\n${CUT}\nCALL p();\n${CUT}
DO $$ begin insert into log values ('3'); commit; insert into log values ('4'); end $$;\n${CUT}\nREINDEX TABLE part;`,
    ],
    [
      'SET TRANSACTION behind COMMIT AND CHAIN, and a read-only transaction',
      `insert into log values ('1');\n${CUT}\ncommit and chain;\n${CUT}\nset transaction isolation level serializable;
${CUT}\ninsert into log values (current_setting('transaction_isolation'));\n${CUT}\ncommit;
${CUT}\nbegin read only;\n${CUT}\nselect * from t;\n${CUT}\ncommit;\n${CUT}\ninsert into log values ('2');`,
    ],
  ])('%s', (_name, sql) =>
    withDatabase(async (drizzles) =>
      withDatabase(async (ours) => {
        const folder = migrationsFolder([
          TABLE,
          own(sql),
          { tag: '0002_after', sql: 'create table after ();' },
        ]);
        const client = postgres(drizzles.url, { max: 1, onnotice: () => undefined });
        // Alone, because whatever Drizzle runs behind such a file is no longer in its transaction.
        for (const until of [1, 2, 3]) {
          const part = migrationsFolder(
            [TABLE, own(sql), { tag: '0002_after', sql: 'create table after ();' }].slice(0, until),
          );
          await drizzleMigrate(drizzle(client), { migrationsFolder: part });
        }
        await client.end();
        const result = await runRunner({ args: ['migrate'], env: environment(ours.url, folder) });
        expectExit(result, 'OK');
        expect(await ours.sql.unsafe(LOG)).toEqual(await drizzles.sql.unsafe(LOG));
        expect(await readCatalog(ours.sql)).toEqual(await readCatalog(drizzles.sql));
        expect(await ours.sql`select hash, created_at from drizzle.__drizzle_migrations order by id`).toEqual(
          await drizzles.sql`select hash, created_at from drizzle.__drizzle_migrations order by id`,
        );
      }),
    ),
  );
});

test.concurrent('a failure before the first COMMIT leaves nothing', () =>
  withDatabase(async ({ url, sql }) => {
    const result = await migrate(url, TABLE, own(`begin; insert into log values ('x'); select 1/0; commit;`));
    expectExit(result, 'MIGRATION_FAILED');
    expect(await sql.unsafe(LOG)).toEqual([]);
    expect(await sql`select * from drizzle.__drizzle_gate_progress`).toEqual([]);
  }));

test.concurrent('a failure behind a COMMIT goes on there, and what is committed is not repeated', () =>
  withDatabase(async ({ url, sql }) => {
    const broken = `${TRICK}\n${CUT}\nselect 1/0;`;
    for (const resumed of [0, 3]) {
      const failed = await migrate(url, TABLE, own(broken));
      expectExit(failed, 'HALFWAY');
      expect(failed.end.message).toMatch(/^0001_own.sql:11:1: statement 6: /);
      expect(named(failed, 'statement_resumed')).toHaveLength(resumed);
      expect(await sql.unsafe(LOG)).toEqual([{ what: 'in the transaction in front' }]);
    }
    // What has not run yet may be corrected.
    expectExit(await migrate(url, TABLE, own(broken.replace('1/0', '1/1'))), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ what: 'in the transaction in front' }, { what: 'in its own' }]);
  }));

test.concurrent('a statement that has run must still stand in the file', () =>
  withDatabase(async ({ url, sql }) => {
    const broken = `${TRICK}\n${CUT}\nselect 1/0;`;
    expectExit(await migrate(url, TABLE, own(broken)), 'HALFWAY');
    const result = await migrate(url, TABLE, own(broken.replace('in front', 'changed')));
    expectExit(result, 'MISMATCH');
    expect(result.end.message).toMatch(/0001_own: statement 1 has run already/);
    expect(await sql`select * from drizzle.__drizzle_migrations`).toHaveLength(1);
  }));

test.concurrent('what a kill would make impossible to resume is said before it runs', () =>
  withDatabase(async ({ url }) => {
    const result = await migrate(
      url,
      TABLE,
      own('commit; create temp table x as select 1 as a; select * from x;'),
    );
    expectExit(result, 'OK');
    expect(named(result, 'resume_risk')).toMatchObject([
      {
        migration: '0001_own',
        statement: 2,
        message: expect.stringMatching(/a temporary table is gone with the session/),
      },
    ]);
    const order = result.events.map(({ event }) => event);
    expect(order.indexOf('resume_risk')).toBeLessThan(order.lastIndexOf('migration_applied'));
  }));

test.concurrent('what such a file SETs does not reach the next migration', () =>
  withDatabase(async ({ url, sql }) => {
    const file = `begin; set search_path to pg_catalog; set lock_timeout = '17s'; commit;`;
    const show = `insert into public.log select current_setting('search_path') || ' ' || current_setting('lock_timeout');`;
    expectExit(await migrate(url, TABLE, own(file), { tag: '0002_show', sql: show }), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ what: '"$user", public 5s' }]);
  }));

test.concurrent('transactions are READ COMMITTED, whatever the database has as its default', () =>
  withDatabase(async ({ url, sql, name }) => {
    await sql.unsafe(`alter database ${name} set default_transaction_isolation = 'serializable'`);
    const show = `insert into log select current_setting('transaction_isolation');`;
    const commits = own(`${show} commit;`);
    expectExit(await migrate(url, TABLE, commits, { tag: '0002_show', sql: show }), 'OK');
    expect(await sql.unsafe(LOG)).toEqual([{ what: 'read committed' }, { what: 'read committed' }]);
  }));
