import { readJournal, sha256 } from '../../core/journal';
import { behindSavepoint } from '../../runner/src/database/behind-savepoint';
import { readStoredScripts, readStoredTexts, storeMessages } from '../../runner/src/database/stored-scripts';
import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { withRoleWithout } from '../support/role-without';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../support/runner';
import { sessionOf } from '../support/session-of';

const SCRIPTS = 'drizzle.__drizzle_gate_scripts';
const HISTORY = 'drizzle.__drizzle_migrations';
const SETTINGS = { folder: '', schema: 'drizzle', table: '__drizzle_migrations', digest: undefined };

const BARE: FolderMigration = { tag: '0000_one', sql: 'create table one ();' };
const ONE: FolderMigration = { ...BARE, rollback: 'drop table one;\r\n' };
const NONE: FolderMigration = { tag: '0001_none', sql: 'create table none (a int);' };
const ALONE: FolderMigration = {
  ...{ tag: '0002_alone', sql: 'create index concurrently a on none (a);' },
  rollback: 'drop index concurrently a;',
};
const OWN: FolderMigration = { tag: '0003_own', sql: 'begin; create table own (); commit;' };

const run = (url: string, folder: string, env: Record<string, string> = {}, args = ['migrate']) =>
  runRunner({ args, env: environment(url, folder, env) });
const stored = ({ sql }: TestDatabase) => sql.unsafe(`select * from ${SCRIPTS} order by migration`);
const tagsOf = async (database: TestDatabase) =>
  (await stored(database)).map(({ migration }) => migration as string);
const warnings = (result: RunnerResult) => named(result, 'script_not_stored').map(({ message }) => message);

test.concurrent('the script of each migration is stored as it was found, by units of every kind', () =>
  withDatabase(async (database) => {
    const mounted = { 'rollback/0000_rollback.sql': `-- it's \\ mounted\ndrop table one;` };
    const ROLLBACK_FOLDER = migrationsFolder([], mounted);
    const folder = migrationsFolder([ONE, NONE, ALONE, OWN], { '0003_own.down.sql': 'drop table own;' });
    const result = await run(database.url, folder, { ROLLBACK_FOLDER });
    expectExit(result, 'OK');
    expect(warnings(result)).toEqual([]);
    const [recorded] = await database.sql.unsafe('select run_id from drizzle.__drizzle_gate_runs');
    const run_id = recorded?.run_id ?? 'not recorded';
    const [one, , alone, own] = readJournal(folder).migrations;
    const row = (migration: typeof one, script_file: string, script: string) => ({
      ...{ history_table: '__drizzle_migrations', migration: migration?.tag, hash: migration?.hash },
      ...{ created_at: String(migration?.when), script_file, script, script_hash: sha256(script) },
      ...{ run_id, stored_at: expect.any(Date) },
    });
    expect(await stored(database)).toEqual([
      row(one, '0000_rollback.sql', mounted['rollback/0000_rollback.sql']),
      row(alone, '0002_alone.sql', 'drop index concurrently a;'),
      row(own, '0003_own.down.sql', 'drop table own;'),
    ]);
    const session = sessionOf(database.sql);
    const { readable, scripts } = await readStoredScripts(session, SETTINGS);
    expect(readable).toBe(true);
    expect(scripts[0]).toEqual({
      ...{ migration: '0000_one', hash: one?.hash, when: one?.when, file: '0000_rollback.sql' },
      scriptHash: sha256(mounted['rollback/0000_rollback.sql']),
    });
    expect([...(await readStoredTexts(session, SETTINGS, scripts.slice(0, 1))).values()]).toEqual([
      mounted['rollback/0000_rollback.sql'],
    ]);
    expect(await readStoredScripts(session, { ...SETTINGS, table: 'other' })).toEqual({
      readable,
      scripts: [],
    });
  }));

test.concurrent('it is stored in the transaction that records the migration', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    expectExit(await run(url, migrationsFolder([ONE, NONE])), 'OK');
    for (const table of [SCRIPTS, HISTORY])
      await sql.unsafe(`alter table ${table} add column xid bigint default txid_current()`);
    const next = { tag: '0003_next', sql: 'create table next ();', rollback: 'drop table next' };
    expectExit(await run(url, migrationsFolder([ONE, NONE, ALONE, next])), 'OK');
    const same = await sql.unsafe(
      `select migration from ${SCRIPTS} s join ${HISTORY} h using (hash) where s.xid = h.xid order by 1`,
    );
    expect(same).toEqual([{ migration: '0002_alone' }, { migration: '0003_next' }]);
    // A unit that fails, at its last statement or only at its COMMIT, leaves nothing.
    const fails = { tag: '0004_fails', sql: 'create table four ();', rollback: 'drop table four' };
    const refused = {
      ...{ tag: '0005_refused', rollback: 'drop table five' },
      sql: `create table five (a int);
        create function no() returns trigger language plpgsql as 'begin raise exception $m$no$m$; end';
        create constraint trigger no after insert on five deferrable initially deferred for each row execute function no();
        insert into five values (1)`,
    };
    const all = [ONE, NONE, ALONE, next, fails];
    expectExit(
      await run(url, migrationsFolder([...all, { ...refused, sql: 'select 1/0' }])),
      'MIGRATION_FAILED',
    );
    expectExit(await run(url, migrationsFolder([...all, refused])), 'MIGRATION_FAILED');
    expect(await tagsOf(database)).toEqual(['0000_one', '0002_alone', '0003_next']);
  }));

test.concurrent('a migration that is applied again has the script of now, or none', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    expectExit(await run(url, migrationsFolder([ONE, { ...NONE, rollback: 'drop table none' }])), 'OK');
    await sql.unsafe(`delete from ${HISTORY}; drop table one, none`);
    expectExit(await run(url, migrationsFolder([{ ...ONE, rollback: 'drop table one -- new' }, NONE])), 'OK');
    expect(await stored(database)).toMatchObject([
      { migration: '0000_one', script: 'drop table one -- new' },
    ]);
  }));

test.concurrent('baseline stores them too, and a declaration in the place of a script', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    await sql`create table one ()`;
    const gone = {
      ...NONE,
      sql: '-- drizzle-gate: irreversible Data is purged\nselect 1',
      rollback: 'select 1',
    };
    const folder = migrationsFolder([ONE, gone]);
    const plan = await run(url, folder, {}, ['baseline', '--to', '0001_none']);
    const token = String(named(plan, 'baseline_plan')[0]?.token);
    expectExit(await run(url, folder, {}, ['baseline', '--to', '0001_none', '--confirm', token]), 'OK');
    expect(await stored(database)).toMatchObject([
      { migration: '0000_one', script: ONE.rollback, script_hash: sha256('drop table one;\n'), run_id: null },
      {
        ...{ migration: '0001_none', script_file: '0001_none.sql' },
        script: '-- drizzle-gate: irreversible Data is purged\n',
      },
    ]);
  }));

test.concurrent('a folder without scripts leaves no table, and what can not be stored is said', () =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    expectExit(await run(url, migrationsFolder([BARE])), 'OK');
    expect(await sql`select to_regclass(${SCRIPTS}) as found`).toEqual([{ found: null }]);
    const large = { ...NONE, rollback: `select '${'x'.repeat(1_000_000)}'` };
    const shared = { ...ALONE, tag: '0002_branch', sql: 'select 1' };
    const twice = { ...OWN, rollback: 'drop table own' };
    const result = await run(
      url,
      migrationsFolder(
        [BARE, large, { tag: ALONE.tag, sql: ALONE.sql }, { ...shared, rollback: 'select 1' }, twice],
        {
          'rollback/0002_rollback.sql': '',
          '0003_own.down.sql': '',
        },
      ),
    );
    expectExit(result, 'OK');
    expect(warnings(result)).toEqual([
      expect.stringMatching(
        /^0001_none: its rollback script is not stored in the database: 0001_none.sql has more than 1 MB$/,
      ),
      expect.stringMatching(
        /^0002_alone: .*rollback\/0002_rollback.sql could belong to 0002_alone or 0002_branch/,
      ),
      expect.stringMatching(/^0002_branch: .*0002_branch has 2 rollback scripts/),
      expect.stringMatching(/^0003_own: .*0003_own has 2 rollback scripts/),
    ]);
    expect(await sql`select to_regclass(${SCRIPTS}) as found`).toEqual([{ found: null }]);
  }));

describe('where the server refuses it, the migrations are applied with one warning', () => {
  const TWO: FolderMigration = { tag: '0001_two', sql: 'create table two ();', rollback: 'drop table two' };
  const later = [ONE, TWO, { ...OWN, rollback: 'drop table own' }];

  test.concurrent.each(['SELECT', 'INSERT', 'DELETE'])('for want of %s', (privilege) =>
    withDatabase(async (database) => {
      expectExit(await run(database.url, migrationsFolder([ONE])), 'OK');
      await withRoleWithout(database, { privilege, table: SCRIPTS }, async (url) => {
        const result = await run(url, migrationsFolder(later));
        expectExit(result, 'OK');
        expect(named(result, 'script_not_stored')).toMatchObject([
          {
            level: 'warn',
            message: expect.stringContaining(
              `no privilege ${privilege} on "drizzle"."__drizzle_gate_scripts"`,
            ),
            remedy: expect.stringContaining(`grant ${privilege} on`),
          },
        ]);
        expect(await tagsOf(database)).toEqual(['0000_one']);
      });
    }),
  );

  test.concurrent('because of an event trigger', () =>
    withDatabase(async ({ url, sql }) => {
      await sql.unsafe(`create function refuse() returns event_trigger language plpgsql as $$ begin
          if exists (select from pg_event_trigger_ddl_commands() where object_identity like '%gate_scripts%')
          then raise exception 'not by our convention'; end if; end $$;
        create event trigger refuse on ddl_command_end execute function refuse()`);
      const result = await run(url, migrationsFolder(later));
      expectExit(result, 'OK');
      expect(warnings(result)).toEqual([expect.stringContaining('not by our convention')]);
      expect(named(result, 'run_record_unavailable')).toEqual([]);
    }));

  test.concurrent('in the middle of a unit', () =>
    withDatabase(async (database) => {
      const { url, sql } = database;
      expectExit(await run(url, migrationsFolder([ONE])), 'OK');
      await sql.unsafe(`alter table ${SCRIPTS} add check (migration = '0000_one')`);
      const result = await run(url, migrationsFolder(later), { TRANSACTION_MODE: 'each' });
      expectExit(result, 'OK');
      expect(warnings(result)).toHaveLength(1);
      const [last] = await sql.unsafe(
        `select migrations from drizzle.__drizzle_gate_runs order by started_at desc limit 1`,
      );
      expect(last?.migrations).toMatchObject([{ migration: '0001_two' }, { migration: '0003_own' }]);
    }));
});

describe('the cost', () => {
  const scripts = (count: number, size: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ migration: `m${index}`, hash: 'h', when: 1, file: 'f', scriptHash: 's' },
      sql: 'x'.repeat(size),
    }));
  const messages = (count: number, size: number) => {
    const all = scripts(count, size);
    return storeMessages(
      SETTINGS,
      all.map(({ migration }) => migration),
      all,
      undefined,
    );
  };

  test('is one message for a unit of hundreds of migrations, its savepoint included', async () => {
    const sent: string[] = [];
    const session = {
      ...sessionOf({ unsafe: () => undefined } as never),
      execute: async (text: string) => sent.push(text),
    };
    await behindSavepoint(session as never, 's', messages(500, 1000));
    expect(sent).toHaveLength(1);
  });

  test('never grows without end in one message', () => {
    const all = messages(20, 1_000_000);
    expect(all.length).toBeGreaterThan(4);
    for (const message of all) expect(message.length).toBeLessThan(4_100_000);
  });
});

test('a refusal in a later message takes back the earlier ones too', () =>
  withDatabase(async ({ sql }) => {
    const reserved = await sql.reserve();
    const session = sessionOf(reserved);
    const attempt = (...inserted: string[]) =>
      behindSavepoint(
        session,
        's',
        inserted.map((value) => `insert into t values (${value})`),
      );
    await session.execute('begin; create table t (a int)');
    expect((await attempt('1', '1/0'))?.sqlstate).toBe('22012');
    expect(await attempt('2', '3')).toBeUndefined();
    expect(await session.query('select a from t')).toEqual([{ a: 2 }, { a: 3 }]);
    await session.execute('rollback');
    reserved.release();
  }));
