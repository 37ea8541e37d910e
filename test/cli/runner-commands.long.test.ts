import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { drizzleGate } from './support';

const FOLDER = migrationsFolder([{ tag: '0000_one', sql: 'create table one (a int)' }]);
const SLOW = migrationsFolder([{ tag: '0000_slow', sql: 'select pg_sleep(30)' }]);

test.concurrent('the runner answers: its output, its exit code, the environment of the caller', () =>
  withDatabase(async ({ url }) => {
    const env = { DATABASE_URL: url, MIGRATIONS_FOLDER: '/nowhere', LOG_FORMAT: 'text' };
    const gate = (...args: string[]) => drizzleGate([...args, '--migrations', FOLDER], { env });
    const status = await gate('status', '--json');
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      migrations: [{ migration: '0000_one', state: 'pending' }],
    });
    expect((await gate('status', '--check')).code).toBe(81);
    expect((await drizzleGate(['status'], { env })).code).toBe(78);
    expect((await gate('preflight')).code).toBe(0);
    const migrated = await gate('migrate');
    expect(migrated).toMatchObject({ code: 0, stderr: '' });
    expect(migrated.stdout).toContain('applied 0000_one');
    expect((await gate('repair')).stdout).toContain('nothing to repair');
  }));

test.concurrent('the remedy of an unconfirmed plan is the command to run next', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table one (a int)`;
    const env = { DATABASE_URL: url, LOG_FORMAT: 'text' };
    const plan = await drizzleGate(['baseline', '--migrations', FOLDER, '--to', '0000'], { env });
    expect(plan.code).toBe(85);
    const command = /run: drizzle-gate (.*)$/m.exec(plan.stdout)?.[1] ?? '';
    expect(command).toMatch(/^baseline --to=0000 --migrations \S+ --confirm [0-9a-f-]{14}$/);
    const done = await drizzleGate(command.split(' '), { env });
    expect(done.stdout).toContain('1 applied, 0 pending');
    expect(done.code).toBe(0);
  }));

test.concurrent.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s reaches the runner, which ends in order',
  (signal) =>
    withDatabase(async ({ url, sql }) => {
      const result = await drizzleGate(['migrate', '--migrations', SLOW], {
        env: { DATABASE_URL: url },
        interruptAt: { text: 'unit_started', signal },
      });
      expect(result.code).toBe(75);
      expect(result.stdout).toContain('interrupted');
      expect(
        await sql`select count(*)::int as open from pg_stat_activity where query like 'select pg_sleep%' and datname = current_database()`,
      ).toEqual([{ open: 0 }]);
    }),
);

test.concurrent('a terminal that is closed says so in more than one way, and the run is recorded all the same', () =>
  withDatabase(async ({ url, sql }) => {
    const result = await drizzleGate(['migrate', '--migrations', SLOW], {
      env: { DATABASE_URL: url },
      interruptAt: { text: 'unit_started', signal: 'SIGHUP', isTwice: true },
    });
    expect(result.code).toBe(75);
    expect(await sql`select outcome, exit_code from drizzle.__drizzle_gate_runs`).toEqual([
      { outcome: 'failed', exit_code: 75 },
    ]);
  }));

test.each([
  ['baseline', [], /required option '--to <migration>' not specified/],
  ['migrate', ['--confirm', 'x'], /unknown option '--confirm'/],
  ['repair', ['--accept'], /argument missing/],
  ['status', ['--migrations', ''], /^error: --migrations is empty; give a value, or leave the option out\n/],
  ['rehearse', ['--server='], /^error: --server is empty/],
  ['status', ['--jsno'], /Did you mean --json\?/],
])('%s %j is wrong usage', async (command, args, message) => {
  const { code, stderr } = await drizzleGate([command, ...args]);
  expect(code).toBe(64);
  expect(stderr).toMatch(message);
});

test('a folder that is not there is named by the flag that gave it', async () => {
  const { code, stdout } = await drizzleGate(['migrate', '--migrations', 'nope'], {
    env: { DATABASE_URL: 'postgresql://me@127.0.0.1:1/db', LOG_FORMAT: 'text' },
  });
  expect(code).toBe(78);
  expect(stdout).toMatch(
    /✗ nope: the folder does not exist \(\/.*\/nope\); give .* as --migrations \(exit code/,
  );
});

test('what the runner refuses, it refuses with the usage of this command', async () => {
  const { code, stdout } = await drizzleGate(['repair', '--remove-orphan', 'abc']);
  expect(code).toBe(64);
  expect(stdout).toMatch(/--remove-orphan has .*usage: drizzle-gate repair \[--accept/);
});
