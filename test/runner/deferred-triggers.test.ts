import { readJournal } from '../../core/journal';
import { ensureHistory } from '../../runner/src/database/history';
import { lockOptions } from '../../runner/src/database/lock';
import { withSession } from '../../runner/src/database/session';
import { applyTransactional } from '../../runner/src/migrate/apply-transactional';
import { planUnits } from '../../runner/src/migrate/plan-units';
import { SessionObserver } from '../../runner/src/observe/session-observer';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { runContext } from '../support/run-context';
import { environment, expectExit, named, runRunner } from '../support/runner';

/** The trigger finds its table only under the search path of the migration, and writes down a setting of it. */
const TABLES: FolderMigration = {
  tag: '0000_tables',
  sql: `create schema app; create table app.t (n int); create table app.seen (n int, by text, role text);
create function app.see() returns trigger language plpgsql as $$
begin insert into seen values (new.n, current_setting('app.by', true), current_user); return null; end $$;
create constraint trigger see after insert on app.t deferrable initially deferred for each row execute function app.see();
create table app.parent (id int primary key);
create table app.child (id int references app.parent deferrable initially deferred);`,
};
const insert = (n: number) => `set search_path to app; set app.by = 'by ${n}'; insert into t values (${n});`;
const SET = `select name, setting from pg_settings where source = 'session' order by name`;
const SEEN = 'select n, by from app.seen order by n';

test('deferred triggers fire under what their own migration has set, however it is applied', () =>
  withDatabase(async ({ url, sql, name }) => {
    const role = `${name}_role`;
    await sql.unsafe(`create role ${role}`);
    try {
      const folder = migrationsFolder([
        TABLES,
        {
          tag: '0001_role',
          sql: `grant usage on schema app to ${role}; grant all on all tables in schema app to ${role};`,
        },
        // What follows in the same unit brings the missing parent: a foreign key waits for the commit as under Drizzle.
        { tag: '0002_followed', sql: `${insert(2)} insert into child values (1);` },
        {
          tag: '0003_last',
          sql: `insert into app.parent values (1); insert into app.child values (2); ${insert(3)} insert into parent values (2);`,
        },
        { tag: '0004_stepwise', sql: `${insert(4)} vacuum t;` },
        { tag: '0005_own', sql: `begin; ${insert(5)} commit;` },
        { tag: '0006_left_open', sql: `commit; begin; set role ${role}; ${insert(6)}` },
      ]);
      expectExit(await runRunner({ args: ['migrate'], env: environment(url, folder) }), 'OK');
      expect(await sql.unsafe(SEEN)).toEqual([2, 3, 4, 5, 6].map((n) => ({ n, by: `by ${n}` })));
      expect(await sql`select role from app.seen where n = 6`).toEqual([{ role }]);
      expect(await sql`select * from drizzle.__drizzle_migrations`).toHaveLength(7);
    } finally {
      await sql.unsafe(`drop owned by ${role} cascade; drop role ${role}`);
    }
  }));

test.concurrent('a deferred trigger that refuses is told with its migration, though others follow', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([
      TABLES,
      { tag: '0001_refused', sql: `set search_path to public; insert into app.t values (1);` },
      { tag: '0002_after', sql: 'create table after ();' },
    ]);
    const result = await runRunner({ args: ['migrate'], env: environment(url, folder) });
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({ migration: '0001_refused', sqlstate: '42P01' });
    expect(result.end.message).toMatch(/^0001_refused.sql: a deferred trigger refuses /);
    expect(named(result, 'unit_failed')[0]?.message).toMatch(/^0001_refused failed/);
  }));

test.concurrent('a COMMIT that is refused is told with what is known', () =>
  withDatabase(async ({ url }) => {
    const refused: FolderMigration = { tag: '0001_refused', sql: 'insert into app.child values (1);' };
    const two = migrationsFolder([TABLES, refused]);
    const together = await runRunner({ args: ['migrate'], env: environment(url, two) });
    expectExit(together, 'MIGRATION_FAILED');
    expect(together.end.message).toMatch(
      /^0000_tables to 0001_refused, which commit together: COMMIT refused: /,
    );
    expect(together.end.detail).toMatch(/TRANSACTION_MODE=each, .*\n- 0000_tables\n- 0001_refused$/);
    expect(named(together, 'unit_failed')[0]?.message).toBe('0000_tables, 0001_refused failed');

    const each = environment(url, two, { TRANSACTION_MODE: 'each' });
    const alone = await runRunner({ args: ['migrate'], env: each });
    expect(alone.end).toMatchObject({ exitCode: 82, migration: '0001_refused' });
    expect(alone.end.message).toMatch(/^0001_refused.sql: COMMIT refused: /);

    const steps = migrationsFolder([TABLES, { ...refused, sql: `vacuum app.t;\n${refused.sql}` }]);
    const stepwise = await runRunner({ args: ['migrate'], env: environment(url, steps) });
    expect(stepwise.end).toMatchObject({ exitCode: 86, migration: '0001_refused' });
    expect(stepwise.end.message).toMatch(/^0001_refused.sql:2:1: statement 2: COMMIT refused: /);
  }));

test.concurrent('behind a pooler nothing that was set stays on the connection', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([TABLES, { tag: '0001_set', sql: insert(1) }]);
    const journal = readJournal(folder);
    const { context } = runContext(url, folder);
    const { settings, connection, signal } = context;
    const [unit] = await planUnits(journal.migrations);
    if (!unit) throw new Error('no unit');
    const lock = lockOptions(context);
    const observer = new SessionObserver(context);
    const record = { add: async () => undefined, notes: () => [], keep: async () => undefined };
    await withSession({ connection, connectTimeout: 5000, signal }, async (direct) => {
      const session = { ...direct, pooled: true };
      await ensureHistory(session, settings.migrations);
      const before = await session.query(SET);
      const rest = { session, journal, lock, observer, record, historyWasEmpty: true };
      expect(await applyTransactional(unit, { ...context, ...rest })).toBe('applied');
      expect(await session.query(SET)).toEqual(before);
    });
    await observer.close();
    expect(await sql.unsafe(SEEN)).toEqual([{ n: 1, by: 'by 1' }]);
  }));
