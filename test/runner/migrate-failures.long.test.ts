import { randomBytes } from 'node:crypto';
import { readCatalog } from '../migrations/catalog';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { waitUntil } from '../support/wait';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one (id int unique);' };

const migrate = (url: string, folder: string, env: Record<string, string> = {}) =>
  runRunner({ args: ['migrate'], env: environment(url, folder, env) });

/** Tables outside the engine's own schema. */
const TABLES = `select tablename as name from pg_tables where schemaname = 'public' order by 1`;

test.concurrent('a failing statement is named with its place, and its whole unit is rolled back', () =>
  withDatabase(async ({ url, sql }) => {
    const broken =
      'create table two (id int);\n--> statement-breakpoint\n/* ü😀 */ select 1,\n  nothing from one;\n';
    const result = await migrate(url, migrationsFolder([ONE, { tag: '0001_two', sql: broken }]));
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({
      ...{ migration: '0001_two', sqlstate: '42703', detail: '  nothing from one;\n  ^' },
      place: { file: '0001_two.sql', line: 4, column: 3, statement: 2 },
      message: expect.stringMatching(
        /^0001_two.sql:4:3: statement 2: .*"nothing" .*SQLSTATE 42703 undefined_column/,
      ),
      remedy: expect.stringMatching(/earlier migration/),
    });
    expect(await sql.unsafe(TABLES)).toEqual([]);
    expect(await sql`select * from drizzle.__drizzle_migrations`).toEqual([]);
  }));

test.concurrent.each<[string, string, string]>([
  ['a syntax error', 'create table x (;', '42601'],
  [
    'a constraint that is checked at COMMIT',
    'create table p (id int primary key); create table c (p int references p deferrable initially deferred); insert into c values (1);',
    '23503',
  ],
  ['COMMIT inside a body', 'do $$ begin commit; end $$;', '2D000'],
  [
    'a connection that a statement could not open, while ours is in order',
    `do $$ begin raise exception 'could not establish connection' using errcode = '08001'; end $$`,
    '08001',
  ],
  [
    'such an error of a trigger at COMMIT',
    `create function far() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '57P03'; end $$;
create constraint trigger far after insert on one deferrable initially deferred for each row execute function far();
insert into one values (1);`,
    '57P03',
  ],
  ['what exists already', 'create table one (id int);', '42P07'],
  ['an exception of its own', `do $$ begin raise exception 'no' using errcode = 'P0001'; end $$`, 'P0001'],
])('%s rolls back and ends with 82', (_name, script, sqlstate) =>
  withDatabase(async ({ url, sql }) => {
    const before = migrationsFolder([{ ...ONE, sql: `${ONE.sql} create type mood as enum ('old');` }]);
    expectExit(await migrate(url, before), 'OK');
    const catalog = await readCatalog(sql);
    const folder = migrationsFolder([
      { ...ONE, sql: `${ONE.sql} create type mood as enum ('old');` },
      { tag: '0001_two', sql: script },
    ]);
    const result = await migrate(url, folder);
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({ sqlstate, remedy: expect.any(String) });
    expect(await readCatalog(sql)).toEqual(catalog);
  }),
);

test.concurrent('what exists already leads to baseline, and to it first where nothing was recorded', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table two ()`;
    const two = { tag: '0001_two', sql: 'create table two ();' };
    const found = await migrate(url, migrationsFolder([ONE, two]));
    expectExit(found, 'MIGRATION_FAILED');
    expect(found.end.remedy).toMatch(/^no migration was recorded here: .* `drizzle-gate baseline --to TAG`/);
    expectExit(await migrate(url, migrationsFolder([ONE])), 'OK');
    expect((await migrate(url, migrationsFolder([ONE, two]))).end.remedy).toMatch(
      /^the object exists already: if it is what the migration makes, record/,
    );
  }));

test.concurrent("the row that broke a constraint is not shown: the server's DETAIL stays out of the log", () =>
  withDatabase(async ({ url }) => {
    const script = 'insert into one select 4711 from generate_series(1, 2);';
    const result = await migrate(
      url,
      migrationsFolder([ONE, { tag: '0001_two', sql: script.replace('4711', '4700 + 11') }]),
    );
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.stdout + result.stderr).not.toContain('4711');
  }));

test.concurrent('SHOW_ERROR_DETAIL=true shows what the server adds; else its absence is told', () =>
  withDatabase(async ({ url }) => {
    const insert = { tag: '0001_two', sql: 'insert into one select 4700 + 11 from generate_series(1, 2);' };
    const folder = migrationsFolder([ONE, insert]);
    const hidden = await migrate(url, folder);
    expect(hidden.end.detail).toMatch(
      /\nthe server's DETAIL left out: it can hold row data; SHOW_ERROR_DETAIL=true shows it$/,
    );
    const shown = await migrate(url, folder, { SHOW_ERROR_DETAIL: 'true' });
    expect(shown.end.detail).toMatch(/\nDETAIL: Key \(id\)=\(4711\) already exists\.$/);
    const wrong = await migrate(url, folder, { SHOW_ERROR_DETAIL: 'yes' });
    expectExit(wrong, 'CONFIG');
    expect(wrong.end.message).toMatch(/SHOW_ERROR_DETAIL is "yes"; give one of true, false/);
  }));

test.concurrent('a line names three of many migrations; the fields name all', () =>
  withDatabase(async ({ url }) => {
    const tags = ['0000_a', '0001_b', '0002_c', '0003_d', '0004_e', '0005_f', '0006_g', '0007_h'];
    const scripts = tags.map((tag, index) => ({
      tag,
      sql: index === 6 ? 'nonsense' : `create table t${index} ()`,
    }));
    const result = await migrate(url, migrationsFolder(scripts));
    expect(named(result, 'unit_started')[0]).toMatchObject({
      message: 'applying 0000_a, 0001_b, 0002_c and 5 more in one transaction',
      migrations: tags,
    });
    expect(named(result, 'unit_failed')[0]).toMatchObject({
      message:
        '0006_g failed; 0000_a, 0001_b, 0002_c and 3 more of the same transaction were rolled back too; 1 migration not started',
      rolled_back: tags.slice(0, 7),
      not_started: ['0007_h'],
    });
  }));

test.concurrent('STATEMENT_TIMEOUT_MS ends a statement', () =>
  withDatabase(async ({ url }) => {
    const folder = migrationsFolder([{ tag: '0000_slow', sql: 'select pg_sleep(30);' }]);
    const result = await migrate(url, folder, { STATEMENT_TIMEOUT_MS: '200' });
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({
      sqlstate: '57014',
      remedy: 'raise STATEMENT_TIMEOUT_MS or make the statement smaller',
    });
    expect(result.milliseconds).toBeLessThan(5000);
  }));

test.concurrent('a statement that somebody else cancelled is not said to be slow', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([{ tag: '0000_slow', sql: 'create table t (); select pg_sleep(30);' }]);
    const cancel = async () => {
      const rows = await sql`select pg_cancel_backend(pid) from pg_stat_activity
        where query like 'select pg_sleep(30)%' and datname = current_database()`;
      return rows.length > 0;
    };
    const result = await runRunner({
      args: ['migrate'],
      env: environment(url, folder),
      onEvent: ({ event }) => {
        if (event === 'unit_started') void waitUntil('it is cancelled', cancel);
      },
    });
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end).toMatchObject({
      sqlstate: '57014',
      remedy: expect.stringMatching(/^somebody cancelled the statement/),
    });
  }));

test.concurrent('files that want input or speak to psql are refused, all at once, and nothing runs', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([
      ONE,
      { tag: '0001_psql', sql: '\\connect other\nselect 1;' },
      { tag: '0002_copy', sql: 'copy one from stdin;' },
      { tag: '0003_copy', sql: 'select 1;\ncopy (select 1) to stdout;' },
    ]);
    const result = await migrate(url, folder);
    expectExit(result, 'CONFIG');
    expect(result.end.detail?.split('\n')).toEqual([
      expect.stringContaining('0001_psql.sql, line 1: \\connect'),
      expect.stringContaining('0002_copy.sql, line 1: COPY … FROM STDIN has no input'),
      expect.stringContaining('0003_copy.sql, line 2: nobody reads what COPY … TO STDOUT gives; take it out'),
    ]);
    expect(await sql.unsafe(TABLES)).toEqual([]);
  }));

test.concurrent('a new enum value can be used by the next migration of the same run', () =>
  withDatabase(async ({ url, sql }) => {
    const folder = migrationsFolder([
      { tag: '0000_one', sql: `create type mood as enum ('old'); create table t (e mood);` },
      { tag: '0001_value', sql: `alter type mood add value 'new';` },
      { tag: '0002_use', sql: `insert into t values ('new');` },
    ]);
    expectExit(await migrate(url, folder), 'OK');
    expect(await sql`select e from t`).toEqual([{ e: 'new' }]);
  }));

describe('a role without privileges', () => {
  /** A database in which a role of its own may only connect; its connection URL. */
  const withRole = (
    use: (
      role: string,
      url: string,
      admin: Parameters<Parameters<typeof withDatabase>[0]>[0],
    ) => Promise<void>,
  ) =>
    withDatabase(async (database) => {
      const role = `role_${randomBytes(4).toString('hex')}`;
      const url = new URL(database.url);
      Object.assign(url, { username: role, password: 'weak-password' });
      await database.sql.unsafe(`create role ${role} login password 'weak-password'`);
      try {
        await use(role, url.href, database);
      } finally {
        await database.sql.unsafe(`drop owned by ${role} cascade; drop role ${role}`);
      }
    });

  test.concurrent('is refused with the privilege that is missing', () =>
    withRole(async (_role, url) => {
      const result = await migrate(url, migrationsFolder([ONE]));
      expectExit(result, 'ACCESS');
      expect(result.end).toMatchObject({ sqlstate: '42501', remedy: expect.stringMatching(/grant/) });
    }));

  test.concurrent('keeps the role that ALTER ROLE … SET ROLE gives it, whatever a migration SETs', () =>
    withRole(async (role, url, { sql, name }) => {
      const owner = `${role}_owner`;
      await sql.unsafe(`create role ${owner}; grant ${owner} to ${role}; alter role ${role} set role = ${owner};
        grant create on database ${name} to ${owner}; grant create on schema public to ${owner}`);
      try {
        const leaves = { tag: '0000_leaves', sql: 'set role none;' };
        expectExit(await migrate(url, migrationsFolder([leaves, { ...ONE, tag: '0001_one' }])), 'OK');
        expect(await sql`select tableowner as owner from pg_tables where tablename = 'one'`).toEqual([
          { owner },
        ]);
      } finally {
        await sql.unsafe(`drop owned by ${owner} cascade; drop role ${owner}`);
      }
    }));

  test.concurrent('can roll back without reading the identifier of the cluster', () =>
    withRole(async (role, url, { sql, name }) => {
      await sql.unsafe(`grant create on database ${name} to ${role}; grant create on schema public to ${role};
        revoke execute on function pg_control_system() from public`);
      const folder = migrationsFolder([{ ...ONE, rollback: 'drop table one' }]);
      expectExit(await migrate(url, folder), 'OK');
      const rollback = (confirm: Record<string, string>) =>
        runRunner({
          args: ['rollback'],
          env: environment(url, folder, { ROLLBACK_TARGET: 'empty', ...confirm }),
        });
      const plan = named(await rollback({}), 'rollback_plan')[0];
      expectExit(await rollback({ ROLLBACK_CONFIRM: String(plan?.token) }), 'OK');
    }));
});

test.concurrent('a table of another shape is not taken for the history', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table other (id int, name text)`;
    const env = { MIGRATIONS_SCHEMA: 'public', MIGRATIONS_TABLE: 'other' };
    const result = await migrate(url, migrationsFolder([ONE]), env);
    expectExit(result, 'CONFIG');
    expect(result.end).toMatchObject({
      message: expect.stringContaining('"public"."other" is not a history table of Drizzle'),
      remedy: 'correct MIGRATIONS_SCHEMA and MIGRATIONS_TABLE',
    });
  }));
