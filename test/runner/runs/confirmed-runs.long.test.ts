import { withDatabase } from '../../support/database';
import { type FolderMigration, migrationsFolder } from '../../support/migrations-folder';
import { rollbackRunner } from '../../support/rollback';
import { environment, expectExit, named, type RunnerResult, runRunner } from '../../support/runner';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one (a int);' };
const TWO: FolderMigration = {
  ...{ tag: '0001_two', sql: 'create table two (b int); insert into two values (1), (2);' },
  rollback: 'drop table two;',
};

interface Run {
  readonly [key: string]: unknown;
}

test('everything that changes the database leaves a record, with who confirmed it', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table one (a int)`;
    const call = (folder: string, args: string, env: Record<string, string> = {}): Promise<RunnerResult> =>
      runRunner({ args: args.split(' '), env: environment(url, folder, env) });
    const runs = async (flags = ''): Promise<Run[]> => {
      const result = await call('/nowhere', `history --json${flags}`);
      expectExit(result, 'OK');
      return (JSON.parse(result.stdout) as { runs: Run[] }).runs;
    };
    const confirmed = async (folder: string, args: string, event: string, by: string) => {
      const asked = await call(folder, args);
      expectExit(asked, 'NOT_CONFIRMED');
      const token = String(named(asked, event as never)[0]?.token);
      expectExit(await call(folder, `${args} --confirm ${token}`, { CONFIRMED_BY: by }), 'OK');
    };

    const first = migrationsFolder([ONE]);
    await confirmed(first, 'baseline --to 0000', 'baseline_plan', `Ann\n\u001b[31m${'!'.repeat(600)}`);
    expect(await runs()).toMatchObject([
      {
        ...{ command: 'baseline', outcome: 'succeeded', role: new URL(url).username, contractVersion: '1' },
        confirmedBy: expect.stringMatching(/^Ann \[31m!{492}$/),
        planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        migrations: [
          { migration: ONE.tag, outcome: 'marked', hash: expect.any(String), at: expect.any(String) },
        ],
      },
    ]);
    const edited = migrationsFolder([{ ...ONE, sql: 'create table one (a int); -- checked' }]);
    await confirmed(edited, 'repair', 'repair_plan', 'Ben');
    expect(await runs()).toMatchObject([
      { command: 'repair', confirmedBy: 'Ben', migrations: [{ migration: ONE.tag, outcome: 'restamped' }] },
      // Nobody had confirmed it then.
      { command: 'repair', outcome: 'failed', exitCode: 85, confirmedBy: null },
      { command: 'baseline' },
    ]);

    const both = migrationsFolder([{ ...ONE, sql: 'create table one (a int); -- checked' }, TWO]);
    expectExit(await call(both, 'migrate', { CONFIRMED_BY: 'nobody asked' }), 'OK');
    const { rollback } = rollbackRunner(url, both);
    await rollback('0000_one', 'OK', { CONFIRMED_BY: 'Cem (change 4711)' });
    const [undone, refused, applied] = await runs(' --limit=3');
    expect([undone, refused, applied]).toMatchObject([
      {
        ...{ command: 'rollback', outcome: 'succeeded', confirmedBy: 'Cem (change 4711)' },
        migrations: [{ migration: TWO.tag, outcome: 'undone', rows: 0, statements: 1 }],
      },
      { command: 'rollback', exitCode: 85, confirmedBy: null, migrations: [], planHash: null },
      {
        ...{ command: 'migrate', confirmedBy: null },
        migrations: [{ migration: TWO.tag, outcome: 'applied', rows: 2, statements: 2 }],
      },
    ]);
    const one = await call('/nowhere', `history --run=${String(undone?.id).slice(0, 8)}`);
    expect(one.stdout).toMatch(/confirmed by +Cem \(change 4711\)\n/);
    expect(one.stdout).toMatch(/0001_two +│ undone +│ [\d.]+ m?s +│ 0 +│ 1 /);
    expect((await call('/nowhere', 'history --run=ffff-ffff')).end.message).toContain(
      'no run of this history',
    );

    expectExit(await call(both, 'migrate'), 'OK');
    const [kept] =
      await sql`select nspname as name from pg_namespace where nspname like 'drizzle_gate_kept_%'`;
    await sql`delete from two`;
    expectExit(await call(both, `rollback-kept --restore=${kept?.name}`), 'OK');
    expectExit(await call(both, `rollback-kept --remove=${kept?.name}`), 'OK');
    expectExit(await call(both, `rollback-kept --remove=${kept?.name}`), 'CONFIG');
    expect(await runs(' --limit=3')).toMatchObject([
      { command: 'rollback-kept', outcome: 'failed', exitCode: 78, kept: null },
      { command: 'rollback-kept', kept: { action: 'removed', schema: kept?.name, rows: 2 } },
      { command: 'rollback-kept', kept: { action: 'restored', schema: kept?.name, rows: 2 }, migrations: [] },
    ]);
    const table = await call('/nowhere', 'history');
    expect(table.stdout).toMatch(/rollback-kept +│ succeeded .* restored 2 kept rows/);
  }));

/** What the documentation gives to whoever is on call. */
const ON_CALL = {
  failures: `select started_at, command, exit_code, failure ->> 'message' as why, failure ->> 'remedy' as next_step, pod
               from drizzle.__drizzle_gate_runs where outcome in ('failed', 'lost') order by started_at desc limit 20`,
  durations: `select m ->> 'migration' as migration, r.started_at, (m ->> 'duration_ms')::int as ms, m ->> 'rows' as rows
                from drizzle.__drizzle_gate_runs r, jsonb_array_elements(r.migrations) as m
               where m ? 'applied_at' order by ms desc limit 20`,
  rollbacks: `select r.started_at, r.outcome, coalesce(r.confirmed_by, 'role ' || r.role) as who, m ->> 'migration' as undone
                from drizzle.__drizzle_gate_runs r, jsonb_array_elements(r.migrations) as m
               where r.command = 'rollback' and m ? 'undone_at' order by r.started_at desc`,
};

test('plain SQL tells failures, durations and who rolled back', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([ONE, TWO]);
    const { run, rollback } = rollbackRunner(url, folder);
    expectExit(await run('migrate'), 'OK');
    await rollback('0000_one', 'OK');
    expect(await sql.unsafe(ON_CALL.failures)).toMatchObject([
      { command: 'rollback', exit_code: 85, why: 'the rollback is not confirmed, so nothing was changed' },
    ]);
    const [refused] =
      await sql`select failure ->> 'detail' as detail from drizzle.__drizzle_gate_runs where exit_code = 85`;
    expect(refused).toEqual({ detail: `it would have undone ${TWO.tag}` });
    const durations = await sql.unsafe(ON_CALL.durations);
    expect(durations).toHaveLength(2);
    expect(durations).toContainEqual(expect.objectContaining({ migration: TWO.tag, rows: '2' }));
    expect(await sql.unsafe(ON_CALL.rollbacks)).toMatchObject([
      { outcome: 'succeeded', who: `role ${new URL(url).username}`, undone: TWO.tag },
    ]);
  }));
