import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { drizzleGate } from './support';
import { type Keys, onTerminal } from './terminal';

const FOLDER = migrationsFolder([
  { tag: '0000_users', sql: 'create table users (id int primary key)', rollback: 'drop table users' },
  { tag: '0001_orders', sql: 'create table orders (id int)', rollback: 'drop table orders' },
]);
const RUN = ['rollback', 'run', '--to', '0000', '--migrations', FOLDER];

interface Migrated {
  readonly env: Record<string, string>;
  /** Name of the database. */
  readonly name: string;
  readonly tables: () => Promise<string[]>;
}

/** A database with both migrations and a row that a rollback loses. */
async function withMigrated(use: (database: Migrated) => Promise<void>): Promise<void> {
  await withDatabase(async ({ url, name, sql }) => {
    const env = { DATABASE_URL: url, LOG_FORMAT: 'text', ROLLBACK_DELAY_SECONDS: '0' };
    expect((await drizzleGate(['migrate', '--migrations', FOLDER], { env })).code).toBe(0);
    await sql`insert into orders values (1)`;
    const tables = async () =>
      (
        await sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`
      ).map(({ relname }) => relname as string);
    await use({ env, name, tables });
  });
}

const BOTH = ['orders', 'users'];
const tokenIn = (text: string) => /token of this plan.*\n? +(\S+-\S+)/.exec(text)?.[1] ?? 'none';

describe('without a terminal', () => {
  test.concurrent('the plan changes nothing, names the database and prints the token that runs it', () =>
    withMigrated(async ({ env, name, tables }) => {
      const plan = await drizzleGate(['rollback', 'plan', '--to', '0000', '--migrations', FOLDER], { env });
      expect(plan).toMatchObject({ code: 0, stderr: '' });
      expect(plan.stdout).toMatch(/table (public\.)?orders: 1 row/);
      expect(plan.stdout).toContain(name);
      expect(await tables()).toEqual(BOTH);
      const token = tokenIn(plan.stdout);
      const [command, job, variables] = plan.stdout.trimEnd().split('\n').slice(-4);
      expect(command?.trim()).toBe(`drizzle-gate ${RUN.join(' ')} --confirm ${token}`);
      expect(job).toContain('with the Job, where that reaches the database as 127.0.0.1:');
      expect(variables?.trim()).toBe(`ROLLBACK_TARGET=0000_users ROLLBACK_CONFIRM=${token}`);
      const done = await drizzleGate([...RUN, '--confirm', token], { env });
      expect(done.code).toBe(0);
      expect(done.stdout.split('DATA LOSS')).toHaveLength(2);
      expect(await tables()).toEqual(['users']);
      expect(await drizzleGate(RUN, { env })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('nothing to roll back'),
      });
    }));

  test.concurrent('no token: the plan with its token, 85, and no question', () =>
    withMigrated(async ({ env, tables }) => {
      const refused = await drizzleGate([...RUN, '--discard'], { env });
      expect(refused.code).toBe(85);
      expect(refused.stdout).not.toContain("type the database's name");
      const token = tokenIn(refused.stdout);
      expect(refused.stdout).toContain(
        `to confirm exactly it, run: drizzle-gate rollback run --to 0000 --discard --migrations ${FOLDER} --confirm ${token}\n`,
      );
      expect(await tables()).toEqual(BOTH);
    }));

  test.concurrent('a token of another plan is refused before the safety delay', () =>
    withMigrated(async ({ env, tables }) => {
      const { code, stdout } = await drizzleGate([...RUN, '--confirm', 'dead-beef-0000'], {
        env: { ...env, ROLLBACK_DELAY_SECONDS: '20' },
      });
      expect(code).toBe(85);
      expect(stdout).toContain('the token is "dead-beef-0000", which is not a token that a plan printed');
      expect(stdout).not.toContain('rolling back in');
      expect(await tables()).toEqual(BOTH);
    }));

  test.concurrent('with a token the safety delay is kept, and a signal in it stops the rollback', () =>
    withMigrated(async ({ env, tables }) => {
      const token = tokenIn((await drizzleGate(RUN, { env })).stdout);
      const { code, stdout } = await drizzleGate([...RUN, '--confirm', token], {
        env: { ...env, ROLLBACK_DELAY_SECONDS: '20' },
        interruptAt: { text: 'rolling back in 20 s; stop it now with Ctrl-C\n', signal: 'SIGINT' },
      });
      expect(code).toBe(75);
      expect(stdout).toContain('nothing was changed');
      expect(await tables()).toEqual(BOTH);
    }));
});

describe('on a terminal', () => {
  const QUESTION = "type the database's name";
  const typing = (name: string): Keys => ({ at: QUESTION, type: `${name}\r` });

  test.concurrent('the plan, the name, the seconds counted down, and then the rollback', () =>
    withMigrated(async ({ env, name, tables }) => {
      const { code, output } = await onTerminal(RUN, { ...env, ROLLBACK_DELAY_SECONDS: '2' }, [typing(name)]);
      expect(code).toBe(0);
      const order = [
        'orders: 1 row',
        `${QUESTION} (${name}, on 127.0.0.1:`,
        'back in 2 s',
        'back in 1 s',
        'rolled back',
      ];
      expect(order.map((text) => output.indexOf(text)).every((at, i, all) => at > (all[i - 1] ?? -1))).toBe(
        true,
      );
      expect(output.split('DATA LOSS')).toHaveLength(2);
      expect(output).not.toContain('to carry out exactly this plan');
      expect(await tables()).toEqual(['users']);
    }));

  test.concurrent('another name: 85, and nothing is changed', () =>
    withMigrated(async ({ env, name, tables }) => {
      const { code, output } = await onTerminal(RUN, env, [typing(`${name}_staging`)]);
      expect(code).toBe(85);
      expect(output).toContain(
        `"${name}_staging" is not the name of the database (${name}), so nothing was changed`,
      );
      expect(output).not.toContain('rolling back in');
      expect(await tables()).toEqual(BOTH);
    }));

  test.concurrent('Ctrl-C instead of a name: 130, and nothing is changed', () =>
    withMigrated(async ({ env, tables }) => {
      const { code, output } = await onTerminal(RUN, env, [{ at: QUESTION, type: '\u0003' }]);
      expect(code).toBe(130);
      expect(output).toContain('so nothing was changed (exit code 130)');
      expect(await tables()).toEqual(BOTH);
    }));

  test.concurrent('Ctrl-C in the safety delay: 130, and nothing is changed', () =>
    withMigrated(async ({ env, name, tables }) => {
      const { code, output } = await onTerminal(RUN, { ...env, ROLLBACK_DELAY_SECONDS: '20' }, [
        typing(name),
        { at: 'rolling back in 19 s', type: '\u0003' },
      ]);
      expect(code).toBe(130);
      expect(output).toContain('stopped in the safety delay; nothing was changed');
      expect(await tables()).toEqual(BOTH);
    }));

  test.concurrent('nothing to roll back asks nothing', () =>
    withMigrated(async ({ env }) => {
      const { code, output } = await onTerminal(
        ['rollback', 'run', '--to', '0001', '--migrations', FOLDER],
        env,
        [],
      );
      expect(code).toBe(0);
      expect(output).toContain('nothing to roll back');
      expect(output).not.toContain(QUESTION);
    }));
});

test.each([
  [['run'], /required option '--to <migration>' not specified/],
  [['run', '--to', ''], /^error: --to is empty; give a value, or leave the option out\n/],
  [['plan', '--to', '1', '--confirm', 'x'], /unknown option '--confirm'/],
  [['kept', 'restore'], /missing required argument 'name'/],
  [['undo'], /unknown command 'undo'/],
])('rollback %j is wrong usage', async (args, message) => {
  const { code, stderr } = await drizzleGate(['rollback', ...args]);
  expect(code).toBe(64);
  expect(stderr).toMatch(message);
});
