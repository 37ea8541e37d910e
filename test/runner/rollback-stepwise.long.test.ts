import { type TestDatabase, withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { type RollbackRunner, rollbackRunner } from '../support/rollback';
import { expectExit, named } from '../support/runner';

const BASE: FolderMigration = {
  tag: '0000_base',
  sql: 'create table log (n int); create table t (a int, b int); create table switch (n int); insert into switch values (0);',
};
const EARLY: FolderMigration = {
  ...{ tag: '0001_early', sql: 'create table early (a int);' },
  rollback: 'insert into log values (1); drop table early;',
};
/** Whether its third statement can run, the table `switch` says. */
const INDEX: FolderMigration = {
  ...{ tag: '0002_index', sql: 'create index i on t (a);' },
  rollback: `insert into log values (2);
drop index concurrently i;
insert into log select 3 / n from switch;
alter table t drop column b;`,
};
const LATE: FolderMigration = {
  ...{ tag: '0003_late', sql: 'create table late (a int);' },
  rollback: 'insert into log values (4); drop table late;',
};

interface Case extends TestDatabase, RollbackRunner {
  readonly folder: string;
  readonly log: () => Promise<number[]>;
  readonly applied: () => Promise<number[]>;
}

const withMigrations = (migrations: readonly FolderMigration[], use: (database: Case) => Promise<void>) =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    const folder = migrationsFolder(migrations);
    const runner = rollbackRunner(url, folder);
    expectExit(await runner.run('migrate'), 'OK');
    await use({
      ...{ ...database, ...runner, folder },
      log: async () => (await sql`select n from log order by ctid`).map(({ n }) => Number(n)),
      applied: async () =>
        (await sql`select id from drizzle.__drizzle_migrations order by id`).map(({ id }) => Number(id)),
    });
  });

const PROGRESS = 'select migration, statement, state from drizzle.__drizzle_gate_progress order by statement';

test.concurrent('what stops midway stays, is told everywhere, and goes on with the same token', () =>
  withMigrations([BASE, EARLY, INDEX, LATE], async ({ sql, url, folder, run, token, log, applied }) => {
    const env = { ROLLBACK_TARGET: '0000_base', ROLLBACK_CONFIRM: await token('0000_base') };
    const stopped = await run('rollback', env);
    expectExit(stopped, 'HALFWAY');
    expect(named(stopped, 'rollback_warning')[0]).toMatchObject({
      message: expect.stringMatching(/^WARNING: this rollback is not one transaction/),
      detail: `- 0003_late commits by itself
- 0002_index runs outside a transaction: DROP INDEX CONCURRENTLY (0002_index.sql, line 2)
- 0001_early commits by itself`,
    });
    expect(stopped.end.message).toMatch(
      /^0002_index.sql:3:\d+: statement 3: .*; 0002_index is half rolled back; rolled back before and staying so: 0003_late \(exit code 86\)$/,
    );
    expect(stopped.end.remedy).toMatch(/the statements before it are kept, and the next run goes on here$/);
    expect(named(stopped, 'rollback_failed')).toMatchObject([
      { undone: ['0003_late'], still_applied: ['0002_index', '0001_early'] },
    ]);
    expect([await log(), await applied()]).toEqual([
      [4, 2],
      [1, 2, 3],
    ]);
    expect(await sql.unsafe(PROGRESS)).toEqual([
      { migration: 'rollback/0002_index', statement: 1, state: 'done' },
      { migration: 'rollback/0002_index', statement: 2, state: 'done' },
    ]);

    const half = 'the rollback of 0002_index stopped midway (statements 1 to 2 have run)';
    for (const command of ['migrate', 'preflight', 'status --check']) {
      const refused = await run(command);
      expectExit(refused, 'MISMATCH');
      expect(`${refused.end.message} ${refused.end.detail} ${refused.stdout}`).toContain(half);
    }
    // Nothing is pending for an older release either, but its schema is no schema.
    expectExit(await rollbackRunner(url, migrationsFolder([BASE, EARLY, INDEX])).run('migrate'), 'MISMATCH');
    const status = await run('status --json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      summary: `3 applied, 1 pending; last applied: 0002_index; ${half}`,
      migrations: [
        { state: 'applied' },
        { state: 'applied' },
        {
          migration: '0002_index',
          state: 'applied',
          progress: { state: 'rollback stopped midway', done: [1, 2] },
        },
        { state: 'pending' },
      ],
    });

    await sql`insert into t select g, g from generate_series(1, 10) g`;
    const more = await run('rollback', env);
    expectExit(more, 'NOT_CONFIRMED');
    expect(more.end.message).toMatch(/^more would be lost than was confirmed: column .*"?t"?\."?b"?.*10/);
    await sql`delete from t`;
    await sql`update switch set n = 1`;

    expectExit(await run('rollback-preflight', env), 'OK');
    const resumed = await run('rollback', env);
    expectExit(resumed, 'OK');
    expect(named(resumed, 'rollback_resumed')).toHaveLength(1);
    expect([await log(), await applied()]).toEqual([[4, 2, 3, 1], [1]]);
    expect(await sql.unsafe(PROGRESS)).toEqual([]);

    const again = await run('rollback', env);
    expectExit(again, 'OK');
    expect(named(again, 'nothing_to_roll_back')[0]?.message).toMatch(/^already rolled back by run /);
    expectExit(await rollbackRunner(url, folder).run('migrate'), 'OK');
  }));

test.concurrent('a script corrected behind the point where it stopped needs its own plan, and goes on there', () =>
  withMigrations([BASE, INDEX], async ({ url, rollback, log, applied }) => {
    const stopped = await rollback('0000_base', 'HALFWAY');
    const confirm = String(named(stopped, 'rollback_plan')[0]?.token);
    const with_ = (from: string | RegExp, to: string) =>
      rollbackRunner(
        url,
        migrationsFolder([BASE, { ...INDEX, rollback: String(INDEX.rollback).replace(from, to) }]),
      );
    const corrected = with_('3 / n', '3');
    const env = { ROLLBACK_TARGET: '0000_base', ROLLBACK_CONFIRM: confirm };
    expectExit(await corrected.run('rollback', env), 'NOT_CONFIRMED');

    const changed = await with_('values (2)', 'values (22)').rollback('0000_base', 'MISMATCH');
    expect(changed.end.message).toMatch(
      /^0002_index: statement 1 has run already, .*; 0002_index is half rolled back/,
    );
    expect(changed.end.remedy).toMatch(/drizzle-gate repair --forget rollback\/0002_index$/);

    const done = await corrected.rollback('0000_base', 'OK');
    expect(named(done, 'statement_resumed').map(({ statement }) => statement)).toEqual([1, 2]);
    expect([await log(), await applied()]).toEqual([[2, 3], [1]]);
  }));

test.concurrent('one that nobody finishes is given up with repair, and its migration counts as applied', () =>
  withMigrations([BASE, INDEX], async ({ sql, run, rollback }) => {
    await rollback('0000_base', 'HALFWAY');
    const asked = await run('repair --forget rollback/0002_index');
    expectExit(asked, 'NOT_CONFIRMED');
    expect(named(asked, 'repair_warning')[0]?.remedy).toBe(
      'bring back by hand what these undid: 0002_index counts as applied',
    );
    const token = String(named(asked, 'repair_plan')[0]?.token);
    expectExit(await run(`repair --forget rollback/0002_index --confirm ${token}`), 'OK');
    expect(await sql.unsafe(PROGRESS)).toEqual([]);
    expectExit(await run('migrate'), 'OK');
  }));

test.concurrent('it must be recorded: without that privilege it is refused before anything runs', () =>
  withMigrations([BASE, INDEX], async ({ sql, rollback, log, applied }) => {
    await sql.unsafe(`create function refuse() returns trigger language plpgsql as $$ begin raise 'not here'; end $$;
      create trigger refuse before insert on drizzle.__drizzle_gate_runs for each row execute function refuse()`);
    const refused = await rollback('0000_base', 'ACCESS');
    expect(refused.end.message).toMatch(
      /^this rollback commits more than once, so it must be recorded in the database, and that is refused: not here/,
    );
    expect([await log(), await applied()]).toEqual([[], [1, 2]]);
  }));

test.concurrent('what a statement destroys is kept and watched in its own transaction', () =>
  withMigrations(
    [
      BASE,
      {
        ...{
          tag: '0001_mixed',
          sql: 'create table gone (a int); create index i on t (a); create table hidden (a int);',
        },
        rollback: `drop index concurrently i; drop table gone;
do $$ begin execute 'drop table hidden'; end $$;`,
      },
    ],
    async ({ sql, rollback }) => {
      await sql`insert into gone values (1), (2)`;
      await sql`insert into hidden values (1)`;
      const stopped = await rollback('0000_base', 'NO_ROLLBACK');
      expect(stopped.end.message).toMatch(/table "public"."hidden".*; 0001_mixed is half rolled back/);
      const [kept] =
        await sql`select nspname as schema from pg_namespace where nspname like 'drizzle_gate_kept%'`;
      expect(await sql`select * from ${sql(String(kept?.schema))}.gone`).toHaveLength(2);
      expect(await sql`select to_regclass('gone') as gone, count(*)::int as hidden from hidden`).toEqual([
        { gone: null, hidden: 1 },
      ]);
    },
  ));

test.concurrent('a table that was renamed before it is dropped is still the one that was confirmed', () =>
  withMigrations(
    [
      BASE,
      {
        ...{ tag: '0001_renamed', sql: 'create table old (a int); create index i on t (a);' },
        rollback: 'drop index concurrently i; alter table old rename to renamed; drop table renamed;',
      },
    ],
    async ({ sql, rollback }) => {
      await sql`insert into old values (1)`;
      await rollback('0000_base', 'OK');
      expect(await sql`select to_regclass('old') as old, to_regclass('renamed') as renamed`).toEqual([
        { old: null, renamed: null },
      ]);
    },
  ));

test.concurrent('a block that commits by itself is refused while what it destroys is to be kept', () =>
  withMigrations(
    [
      BASE,
      {
        ...{ tag: '0001_block', sql: 'create table full_one (a int);' },
        rollback: `-- drizzle-gate: no-transaction
do $$ begin delete from full_one; commit; end $$;`,
      },
    ],
    async ({ sql, rollback, applied }) => {
      await sql`insert into full_one values (1)`;
      const refused = await rollback('0000_base', 'NO_ROLLBACK');
      expect(refused.end.message).toMatch(
        /^0001_block\.sql, line 2: this statement commits by itself, so what it destroys can't be kept: rows that DELETE removes from public\.full_one: 1 row; nothing was rolled back/,
      );
      expect(await sql`select a from full_one`).toEqual([{ a: 1 }]);
      await rollback('0000_base', 'OK', { ROLLBACK_KEEP: 'discard' });
      expect(await applied()).toEqual([1]);
    },
  ));

test.concurrent('killed between two units, it goes on with what is left', () =>
  withMigrations([BASE, EARLY, INDEX, LATE], async ({ sql, run, token, log, applied }) => {
    await sql`update switch set n = 1`;
    const env = { ROLLBACK_TARGET: '0000_base', ROLLBACK_CONFIRM: await token('0000_base') };
    const killed = await run('rollback', env, {
      onEvent: ({ event }, child) => event === 'unit_committed' && child.kill('SIGKILL'),
    });
    expect(killed.code).toBeNull();
    expect((await applied()).length).toBeGreaterThan(1);
    expectExit(await run('rollback', env), 'OK');
    expect([await log(), await applied()]).toEqual([[4, 2, 3, 1], [1]]);
  }));
