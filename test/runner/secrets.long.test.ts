import { summaryOf } from '../../cli/src/cluster/follow/summary-of';
import { Command } from '../../core/contract';
import { registerCanary } from '../support/canary';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

/** Each character of it needs care in a URL, in JSON or in SQL. */
const PASSWORD = `ca:n@r/y?#[%2F]"'\\ ü&=`;
registerCanary(PASSWORD);
/** One that only a migration knows. */
const OTHER = `ano'ther"c@nary`;
registerCanary(OTHER);
const quotedOther = OTHER.replaceAll("'", "''");
/** Parts of it: nothing is shown even halfway. */
const PARTS = ['r/y?#', '%2Fy%3F%23'];

const folder = migrationsFolder([
  { tag: '0000_one', sql: 'create table one (id int);', rollback: 'drop table one' },
  // The server repeats the value in its message.
  { tag: '0001_leak', sql: `select '${PASSWORD.replaceAll("'", "''")}'::int;` },
]);
const failing = [
  `alter role nobody_there password '${quotedOther}';`,
  `create role somebody login password '${quotedOther}' nonsense;`,
  `alter role nobody_there\n  encrypted password\n  '${quotedOther}';`,
].map((sql) =>
  migrationsFolder([
    { tag: '0000_one', sql: 'create table one (id int);' },
    { tag: '0001_set', sql },
  ]),
);
const sound = migrationsFolder([
  { tag: '0000_one', sql: 'create table one (id int);', rollback: 'drop table one' },
]);

test('the password appears in no output, whatever happens and however it was given', () =>
  withDatabase(async ({ url, sql, name }) => {
    const user = `canary_${name}`;
    await sql.unsafe(`create role ${user} login superuser password '${PASSWORD.replaceAll("'", "''")}'`);
    const { host, hostname, port, pathname } = new URL(url);
    const good = `postgresql://${user}:${encodeURIComponent(PASSWORD)}@${host}${pathname}`;
    const byParts = {
      PGHOST: hostname,
      PGPORT: port,
      PGDATABASE: pathname.slice(1),
      PGUSER: user,
      PGPASSWORD: PASSWORD,
    };
    const rollback = { ROLLBACK_TARGET: 'empty' };
    const { DATABASE_URL: _, ...base } = environment('', sound, rollback);
    const parts: Record<string, string> = { ...base, ...byParts };
    const files = migrationsFolder([], { url: good });
    const runs: [string[], Record<string, string>][] = [
      ...Object.values(Command).map((command): [string[], Record<string, string>] => [
        [command],
        environment(good, sound, rollback),
      ]),
      ...Object.values(Command).map((command): [string[], Record<string, string>] => [[command], parts]),
      [['migrate'], environment(good, folder)],
      [['migrate'], environment(good, folder, { LOG_FORMAT: 'text' })],
      [['status', '--json'], { ...base, DATABASE_URL_FILE: `${files}/url` }],
      [['preflight'], environment(good.replace(`${port}/`, '1/'), sound)],
      [['migrate'], environment(good.replace(user, 'nobody'), sound)],
      [['migrate'], environment(`${good}_not`, sound)],
      [['preflight'], environment(`${good}?sslmode=require`, sound)],
      [['preflight'], environment(`${good}?password=${encodeURIComponent(PASSWORD)}x&bogus=1`, sound)],
      [['preflight'], environment(`postgresql://${user}:${PASSWORD}@${host}${pathname}`, sound)],
      [['preflight'], { ...parts, DATABASE_URL: good.replace('ca%3A', 'other') }],
      [['preflight', 'extra'], parts],
      ...failing.map((path): [string[], Record<string, string>] => [
        ['migrate'],
        environment(good, path, { SHOW_ERROR_DETAIL: 'true' }),
      ]),
    ];
    try {
      const codes = new Set<number | null>();
      for (const [args, env] of runs) {
        const { stdout, stderr, code } = await runRunner({ args, env });
        codes.add(code);
        for (const part of PARTS) expect(stdout + stderr).not.toContain(part);
      }
      expect([...codes].sort()).toEqual([0, 64, 69, 77, 78, 82, 85]);
    } finally {
      await sql.unsafe(`drop owned by ${user}; drop role ${user}`);
    }
  }));

test('an ordinary short password changes no word of the output, and is hidden where a server says it', () =>
  withDatabase(async ({ url, sql, name }) => {
    const password = 'app';
    const user = `${password}_${name}`;
    await sql.unsafe(`create role ${user} login superuser password '${password}'`);
    const { host, pathname } = new URL(url);
    const good = `postgresql://${user}:${password}@${host}${pathname}`;
    try {
      const applied = await runRunner({ args: ['migrate'], env: environment(good, sound) });
      expectExit(applied, 'OK');
      expect(named(applied, 'migration_applied')[0]).toMatchObject({ message: 'applied 0000_one' });
      expect(summaryOf(applied.termination)).toMatchObject({ applied: 1 });
      const status = await runRunner({ args: ['status', '--json'], env: environment(good, sound) });
      expect(JSON.parse(status.stdout)).toMatchObject({
        ...{ summary: '1 applied, 0 pending; last applied: 0000_one' },
        migrations: [{ migration: '0000_one', state: 'applied' }],
      });
      const failing = migrationsFolder([
        { tag: '0000_one', sql: 'create table one (id int);' },
        {
          tag: '0001_leak',
          sql: `do $$ begin raise 'as % said: app, application'; end $$`.replace('%', user),
        },
      ]);
      const failed = await runRunner({ args: ['migrate'], env: environment(good, failing) });
      expectExit(failed, 'MIGRATION_FAILED');
      expect(failed.end.message).toContain(`as ${user} said: ***, application`);
    } finally {
      await sql.unsafe(`drop owned by ${user}; drop role ${user}`);
    }
  }));

test('however a statement comes to its password, nothing that it makes the server say shows it', () =>
  withDatabase(async ({ url, sql, name }) => {
    const role = `there_${name}`;
    await sql.unsafe(`create role ${role}`);
    const word = 'hunter2canary';
    try {
      for (const [index, body] of [
        `execute format('create role ${role} login password %L', '${word}0');`,
        `execute 'create role ${role} login password ' || quote_literal('${word}1');`,
        `raise notice 'now with password ${word}2'; raise exception 'no password %', '${word}2';`,
      ].entries()) {
        const path = migrationsFolder([{ tag: '0000_it', sql: `do $$ begin ${body} end $$;` }]);
        const run = await runRunner({
          args: ['migrate'],
          env: environment(url, path, { SHOW_ERROR_DETAIL: 'true' }),
        });
        expect(run.code).toBe(82);
        expect(run.stdout + run.stderr + run.termination).not.toContain(`${word}${index}`);
      }
    } finally {
      await sql.unsafe(`drop role ${role}`);
    }
  }));
