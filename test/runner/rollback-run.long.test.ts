import { setTimeout } from 'node:timers/promises';
import { readJournal } from '../../core/journal';
import { type Session, withSession } from '../../runner/src/database/session';
import { previewPlan } from '../../runner/src/rollback/plan';
import { type TestDatabase, withDatabase } from '../support/database';
import { keepContext } from '../support/keep';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { type RollbackRunner, rollbackRunner } from '../support/rollback';
import { expectExit, named, type RunnerEvent } from '../support/runner';

const THREE: readonly FolderMigration[] = [
  { tag: '0000_base', sql: 'create table log (n int); create table parent (id int primary key);' },
  {
    ...{ tag: '0001_child', sql: 'create table child (id int);' },
    rollback: "insert into log values (1); select pg_notify('undo', '1'); drop table child;",
  },
  {
    ...{ tag: '0002_column', sql: 'alter table child add column extra int;' },
    rollback: 'insert into log values (2); alter table child drop column extra;',
  },
];

interface Case extends TestDatabase, RollbackRunner {
  readonly state: () => Promise<object>;
}

/** A database with all three migrations, and what it held then. */
const withThree = (use: (database: Case, before: object) => Promise<void>, changed = THREE) =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    const runner = rollbackRunner(url, migrationsFolder(changed));
    expectExit(await runner.run('migrate'), 'OK');
    const state = async () => ({
      log: [...(await sql`select n from log order by n`)],
      history: [...(await sql`select id, hash from drizzle.__drizzle_migrations order by id`)],
      scripts: [...(await sql`select migration, hash from drizzle.__drizzle_gate_scripts order by 1`)],
      columns: [
        ...(await sql`select table_name, column_name from information_schema.columns
                       where table_schema = 'public' order by 1, 2`),
      ],
    });
    await use({ ...database, ...runner, state }, await state());
  });

const RUNS = `select command, outcome, exit_code, finished_at is not null as finished, plan, migrations
                from drizzle.__drizzle_gate_runs where command = 'rollback' and plan is not null order by started_at`;

test.concurrent('several scripts are one transaction, the last applied first, and the record tells all of it', () =>
  withThree(async ({ sql, rollback, run, token }) => {
    await sql`insert into child (id, extra) values (1, 7)`;
    const confirm = await token('0000_base');
    const env = { ROLLBACK_TARGET: '0000_base', ROLLBACK_CONFIRM: confirm };
    const done = await run('rollback', env);
    expectExit(done, 'OK');
    expect(named(done, 'rollback_script_done').map(({ migration }) => migration)).toEqual([
      '0002_column',
      '0001_child',
    ]);
    expect(await sql`select id from drizzle.__drizzle_migrations`).toEqual([{ id: 1 }]);
    expect(await sql`select n, xmin::text from log`).toEqual([
      { n: 2, xmin: expect.anything() },
      { n: 1, xmin: expect.anything() },
    ]);
    expect(await sql`select distinct xmin::text from log`).toHaveLength(1);
    expect(await sql`select migration from drizzle.__drizzle_gate_scripts`).toEqual([]);
    const [record] = await sql.unsafe(RUNS);
    expect(record).toMatchObject({
      ...{ outcome: 'succeeded', exit_code: 0, finished: true },
      migrations: [
        { migration: '0002_column', duration_ms: expect.any(Number), undone_at: expect.any(String) },
        { migration: '0001_child' },
      ],
      plan: {
        target: '0000_base',
        members: [
          { migration: '0002_column', history_id: 3, script: '0002_column.sql' },
          { migration: '0001_child', history_id: 2 },
        ],
        kept: [{ schema: expect.stringMatching(/^drizzle_gate_kept_/) }],
      },
    });
    expect(JSON.stringify(record)).not.toContain(confirm);

    const again = await run('rollback', env);
    expectExit(again, 'OK');
    expect(named(again, 'nothing_to_roll_back')[0]?.message).toMatch(
      /^already rolled back by run [0-9a-f-]{36} at \d{4}-\d\d-\d\dT[\d:]+Z: the target is the last applied$/,
    );
    expectExit(await run('rollback-preflight', env), 'OK');
    expect(await sql.unsafe(RUNS)).toHaveLength(1);

    expectExit(await run('migrate'), 'OK');
    const later = await run('rollback', env);
    expectExit(later, 'NOT_CONFIRMED');
    expect(named(later, 'rollback_warning').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^ROLLBACK_CONFIRM has confirmed the rollback of run .*, which is done; what is applied now/,
      ),
    );
    await rollback('0000_base', 'OK');
  }));

test.concurrent('two runs at once behind a pooler: the later one names the run that did it, and does not take it for another', () =>
  withThree(async ({ sql, run, token }) => {
    const env = { ROLLBACK_TARGET: '0000_base', ROLLBACK_CONFIRM: await token('0000_base') };
    const history = await sql`select * from drizzle.__drizzle_migrations where id > 1`;
    expectExit(await run('rollback', env), 'OK');
    const [done] =
      await sql`select run_id from drizzle.__drizzle_gate_runs where command = 'rollback' and plan is not null`;
    // What the later one leaves: a run that has succeeded with nothing to do.
    await sql`insert into drizzle.__drizzle_gate_runs (run_id, history_table, command, runner_version, plan, outcome, finished_at)
      select gen_random_uuid(), history_table, command, runner_version, plan, outcome, now()
        from drizzle.__drizzle_gate_runs where command = 'rollback' and plan is not null`;
    const again = await run('rollback', env);
    expect(named(again, 'nothing_to_roll_back')).toMatchObject([{ earlier_run_id: done?.run_id }]);
    // And what it saw when the other was about to commit.
    await sql`create table child (id int, extra int)`;
    for (const row of history) await sql`insert into drizzle.__drizzle_migrations ${sql(row)}`;
    const warnings = named(await run('rollback-preflight', env), 'rollback_warning');
    expect(warnings.map(({ message }) => message)).not.toContainEqual(
      expect.stringContaining('was applied after it'),
    );
  }));

test.concurrent('what goes between two looks of a plan is looked at once more, and is no fault of the runner', () =>
  withThree(async ({ url }) => {
    const { context } = keepContext(url, { ROLLBACK_TARGET: '0000_base' });
    const journal = readJournal(migrationsFolder(THREE));
    const planWith = (failures: number) =>
      withSession(
        { connection: context.connection, connectTimeout: 5000, signal: context.signal },
        (session) => {
          let left = failures;
          const query: Session['query'] = (text, parameters) =>
            text.includes('count(*) as all') && left-- > 0
              ? session.query('select "gone" from pg_class')
              : session.query(text, parameters);
          return previewPlan({ ...session, query }, journal, context);
        },
      );
    expect((await planWith(2)).members).toHaveLength(2);
    await expect(planWith(3)).rejects.toMatchObject({ sqlstate: '42703' });
  }));

test.concurrent('a plan during which another rollback commits is that of afterwards, not of half of each', () =>
  withThree(async ({ url, sql }) => {
    const { context } = keepContext(url, { ROLLBACK_TARGET: '0001_child' });
    const journal = readJournal(migrationsFolder(THREE));
    const plan = await withSession(
      { connection: context.connection, connectTimeout: 5000, signal: context.signal },
      (session) => {
        let isFirst = true;
        const query: Session['query'] = async (text, parameters) => {
          if (isFirst && JSON.stringify(parameters)?.includes('__drizzle_gate_scripts')) {
            isFirst = false;
            // What a rollback does, in one transaction, between the reading of the history and that of the catalog.
            await sql.begin((other) =>
              other.unsafe(
                'delete from drizzle.__drizzle_migrations where id = 3; alter table child drop column extra',
              ),
            );
          }
          return session.query(text, parameters);
        };
        return previewPlan({ ...session, query }, journal, context);
      },
    );
    expect(plan.members).toEqual([]);
  }));

test.concurrent('what comes while the locks are waited for is a new plan, which is printed with its token', () =>
  withThree(async ({ sql, run, token, state }, before) => {
    const env = { ROLLBACK_TARGET: '0000_base', ROLLBACK_CONFIRM: await token('0000_base') };
    const writer = await sql.reserve();
    await writer`begin`;
    await writer`insert into child (id) values (1)`;
    const onEvent = ({ event }: RunnerEvent) => {
      if (event === 'unit_started') void setTimeout(300).then(() => writer`commit`);
    };
    const refused = await run('rollback', env, { onEvent });
    writer.release();
    expectExit(refused, 'NOT_CONFIRMED');
    expect(refused.end.message).toContain(
      'table public.child was empty when the plan was made, and has 1 row now',
    );
    const [, plan] = named(refused, 'rollback_plan');
    expect(refused.end.remedy).toContain(`ROLLBACK_CONFIRM=${plan?.token}`);
    expect(await state()).toEqual(before);
  }));

describe('a failure leaves everything as it was, and says so', () => {
  const first = (rollback: string) => [
    THREE[0] as FolderMigration,
    { ...(THREE[1] as FolderMigration), rollback },
    THREE[2] as FolderMigration,
  ];
  test.concurrent.each<[string, string, RegExp, RegExp]>([
    [
      'in a later script',
      'drop table child;\nselect 1/0;',
      /^0001_child.sql:2:1: statement 2: .* \(SQLSTATE 22012 .*\); nothing was rolled back \(exit code 82\)$/,
      /zero/,
    ],
    [
      'at the commit',
      'create table pointing (id int references parent deferrable initially deferred); insert into pointing values (5); drop table child;',
      /^0002_column to 0001_child, which are undone together: COMMIT refused: .* \(SQLSTATE 23503 .*\); nothing was rolled back/,
      /rows/,
    ],
    [
      'of what only the server knows, which names the directive',
      'create procedure p() language plpgsql as $$ begin commit; end $$; call p();',
      /^0001_child.sql:1:\d+: statement 2: .*2D000.*; nothing was rolled back/,
      /^begin the rollback script with the line "-- drizzle-gate: no-transaction"/,
    ],
  ])('%s', (_name, script, message, remedy) =>
    withThree(async ({ sql, rollback, state }, before) => {
      const failed = await rollback('0000_base', 'MIGRATION_FAILED');
      expect(failed.end.message).toMatch(message);
      expect(failed.end.remedy).toMatch(remedy);
      expect(named(failed, 'rollback_failed')).toMatchObject([
        {
          message: 'rolling back 0002_column, 0001_child failed',
          ...{ undone: [], still_applied: ['0002_column', '0001_child'] },
        },
      ]);
      expect(await state()).toEqual(before);
      expect(await sql.unsafe(RUNS)).toMatchObject([{ outcome: 'failed', exit_code: 82, migrations: [] }]);
    }, first(script)),
  );

  test.concurrent('when the locks are not obtained', () =>
    withThree(async ({ sql, run, rollback, state }, before) => {
      const uncounted = await sql.begin(async (holder) => {
        await holder`lock child in access exclusive mode`;
        return run('rollback-plan', { ROLLBACK_TARGET: '0000_base', LOCK_TIMEOUT_MS: '600' });
      });
      expectExit(uncounted, 'TRY_AGAIN');
      expect(uncounted.end).toMatchObject({
        message: expect.stringMatching(
          /^what would be lost can't be counted: the locks were not obtained within 600 ms/,
        ),
        detail: expect.stringMatching(/^blocked by:\n- pid \d+/),
      });
      const failed = await sql.begin(async (holder) => {
        await holder`select from parent`;
        await holder`lock child in access share mode`;
        return rollback('0000_base', 'TRY_AGAIN', { LOCK_TIMEOUT_MS: '300', LOCK_RETRIES: '1' });
      });
      expect(named(failed, 'unit_retried')).toHaveLength(1);
      expect(failed.end.message).toMatch(
        /the locks were not obtained within 300 ms.*; nothing was rolled back/,
      );
      expect(await state()).toEqual(before);
    }));

  test.concurrent('when a block destroys what the plan could not see', () =>
    withThree(async ({ sql, rollback, state }, before) => {
      await sql`insert into parent values (1)`;
      const failed = await rollback('0000_base', 'NO_ROLLBACK');
      expect(failed.end.message).toMatch(/table "public"."parent".*; nothing was rolled back/);
      expect(await state()).toEqual(before);
    }, first("do $$ begin execute 'drop table parent'; end $$; drop table child;")));
});

test.concurrent('one transaction goes on without the privilege for its record, with a warning', () =>
  withDatabase(async (database) => {
    const { sql } = database;
    const folder = migrationsFolder(THREE);
    expectExit(await rollbackRunner(database.url, folder).run('migrate'), 'OK');
    const role = `undoer_${database.name}`;
    await sql.unsafe(`create role ${role} login password 'undo'; grant usage on schema drizzle to ${role};
      grant select, delete on drizzle.__drizzle_migrations to ${role}; grant all on log to ${role};
      alter table child owner to ${role}; alter schema public owner to ${role};
      do $$ begin execute format('grant create on database %I to ${role}', current_database()); end $$`);
    try {
      const url = new URL(database.url);
      url.username = role;
      url.password = 'undo';
      const { run, rollback } = rollbackRunner(url.href, folder);
      await sql.unsafe(`insert into child values (1);
        alter table child enable row level security; alter table child force row level security`);
      const plan = await run('rollback-plan', { ROLLBACK_TARGET: '0000_base' });
      expectExit(plan, 'OK');
      expect(named(plan, 'rollback_warning')).toContainEqual(
        expect.objectContaining({
          message: expect.stringContaining(
            'as things are, this rollback will be refused: row-level security',
          ),
          remedy: expect.stringContaining('NO FORCE ROW LEVEL SECURITY'),
        }),
      );
      await sql`alter table child no force row level security`;
      const done = await rollback('0000_base', 'OK');
      expect(named(done, 'run_record_unavailable')).toHaveLength(1);
      expect(await sql`select id from drizzle.__drizzle_migrations`).toEqual([{ id: 1 }]);
    } finally {
      await sql.unsafe(`reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`);
    }
  }));

test.concurrent('what an event trigger refuses beside the scripts is a failed rollback, not tried again', () =>
  withThree(async ({ sql, rollback, state }) => {
    await sql.unsafe(`insert into child values (1, 1);
      create function refuse() returns event_trigger language plpgsql as $$ begin raise exception 'no schemas'; end $$;
      create event trigger refuse on ddl_command_start when tag in ('CREATE SCHEMA') execute function refuse()`);
    const before = await state();
    const failed = await rollback('0000_base', 'MIGRATION_FAILED');
    expect(failed.end.message).toMatch(/no schemas.*nothing was rolled back/);
    expect(await state()).toEqual(before);
  }));
