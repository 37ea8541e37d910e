import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { readSettings, requireConnection } from '../../runner/src/config/settings';
import { statementHash } from '../../runner/src/database/progress';
import { withSession } from '../../runner/src/database/session';
import { assertStatementIndexValid } from '../../runner/src/migrate/invalid-index';
import type { EventName } from '../../runner/src/report/events';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';
import { waitUntil } from '../support/wait';

const TABLES: FolderMigration = {
  tag: '0000_tables',
  sql: `create table t (a int); create table log (n int); create index concurrently log_n on log (n);
create table p (a int) partition by range (a); create table p1 partition of p for values from (0) to (9);`,
};

const migrate = (url: string, sql?: string) =>
  runRunner({
    args: ['migrate'],
    env: environment(
      url,
      migrationsFolder([TABLES, ...(sql === undefined ? [] : [{ tag: '0001_next', sql }])]),
    ),
  });

const sessionOptions = (url: string) => ({
  connection: requireConnection(readSettings(environment(url, migrationsFolder([TABLES])))),
  ...{ connectTimeout: 5000, signal: new AbortController().signal },
});

/** As a run that was killed leaves it: begun, and nobody knows how far it came. */
async function noteStarted(sql: postgres.Sql, text: string, remembered: string | null = null) {
  await sql`insert into drizzle.__drizzle_gate_progress (history_table, migration, statement, hash, state, remembered)
    values ('__drizzle_migrations', '0001_next', 1, ${statementHash({ text })}, 'started', ${remembered})`;
}

/** What the runner notes of the indexes of a table before it starts one without a name. */
const rememberIndexes = async (sql: postgres.Sql, table: string) =>
  JSON.stringify(
    await sql`select i.indexrelid::text as oid,
        replace(pg_get_indexdef(i.indexrelid), format(' INDEX %I ON ', c.relname), ' INDEX ON ') as definition
      from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = ${table}::regclass`,
  );

const indexesOf = async (sql: postgres.Sql, table: string) =>
  (
    await sql`select indexrelid::text as oid from pg_index where indrelid = ${table}::regclass order by 1`
  ).map(({ oid }) => String(oid));

test.concurrent.each([false, true])(
  'an index without a name that was built before the note is not built twice (built: %s)',
  (isBuilt) =>
    withDatabase(async ({ url, sql }) => {
      expectExit(await migrate(url), 'OK');
      const text = 'create index concurrently on log (n)';
      await noteStarted(sql, text, await rememberIndexes(sql, 'log'));
      if (isBuilt) await sql.unsafe(text);
      expectExit(await migrate(url, `${text};`), 'OK');
      expect(await indexesOf(sql, 'log')).toHaveLength(2);
    }),
);

test.concurrent('the new oid of a reindexed index is not taken for an index without a name', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql.unsafe('create index log_other on log ((n + 1))');
    const text = 'create index concurrently on log (n)';
    await noteStarted(sql, text, await rememberIndexes(sql, 'log'));
    await sql.unsafe('reindex index concurrently log_n');
    await sql.unsafe('reindex index concurrently log_other');
    expectExit(await migrate(url, `${text};`), 'OK');
    expect(await indexesOf(sql, 'log')).toHaveLength(3);
  }));

/** What the runner notes of an index before it drops it. */
const rememberIndex = async (sql: postgres.Sql, index: string) =>
  JSON.stringify(
    (
      await sql`select c.oid::text as oid, n.nspname as schema, c.relname as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = ${index}::regclass`
    )[0],
  );

test.concurrent.each([
  ['drop index concurrently "I"', true],
  ['drop index concurrently "I"', false],
  ['drop index concurrently if exists "I"', true],
  ['drop index concurrently if exists "I"', false],
])(
  'a drop that was killed (%s, dropped: %s) does not go on with the same name elsewhere',
  (text, isDropped) =>
    withDatabase(async ({ url, sql, name }) => {
      await sql.unsafe(`create schema app; alter database ${name} set search_path = app, public`);
      expectExit(await migrate(url), 'OK');
      await sql.unsafe('create table public.t (a int); create index "I" on public.t (a);');
      await sql.unsafe('create index "I" on app.t (a)');
      await noteStarted(sql, text, await rememberIndex(sql, 'app."I"'));
      // While it is waited for, somebody gives it another name; it is still the one that was meant.
      await sql.unsafe(isDropped ? 'drop index app."I"' : 'alter index app."I" rename to "J"');
      expectExit(await migrate(url, `${text};`), 'OK');
      expect(await sql`select schemaname from pg_indexes where indexname in ('I', 'J')`).toEqual([
        { schemaname: 'public' },
      ]);
    }),
);

test.concurrent('a drop notes before it begins which index it means', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    const meant = JSON.parse(await rememberIndex(sql, 'log_n'));
    const reader = await sql.reserve();
    await reader.unsafe('begin; select * from log');
    const run = migrate(url, 'drop index concurrently log_n;');
    const noted = () =>
      sql`select state, remembered::json as remembered from drizzle.__drizzle_gate_progress`;
    await waitUntil('it is noted', async () => (await noted()).length > 0);
    expect(await noted()).toEqual([{ state: 'started', remembered: meant }]);
    await reader`rollback`;
    reader.release();
    expectExit(await run, 'OK');
  }));

/** Runs it as the second migration, and `act` as soon as there is such an event. */
const migrateUntil = (url: string, sql: string, event: EventName, act: () => unknown) =>
  runRunner({
    args: ['migrate'],
    env: environment(url, migrationsFolder([TABLES, { tag: '0001_next', sql }]), { LOCK_WAIT_SECONDS: '2' }),
    onEvent: (seen) => {
      // A query of the driver begins only when somebody waits for it.
      if (seen.event === event) void (async () => act())();
    },
  });

test.concurrent.each([
  ['DROP INDEX CONCURRENTLY', 'drop index concurrently log_n', 'log in row exclusive'],
  ['CREATE INDEX CONCURRENTLY', 'create index concurrently on log (n)', 'log in share update exclusive'],
  ['the drop of the invalid index x', 'create index concurrently x on t (a)', 't in row exclusive'],
])('%s says for whom it waits before there is any progress', (what, text, mode) =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql`insert into t values (1), (1)`;
    await leaveInvalid(sql, 't');
    const holder = await sql.reserve();
    await holder.unsafe(`begin; set application_name = 'forgotten'; lock table ${mode} mode`);
    const result = await migrateUntil(url, `${text};`, 'statement_waiting', () => holder`rollback`);
    holder.release();
    expectExit(result, 'OK');
    expect(named(result, 'statement_waiting')[0]).toMatchObject({
      ...{ migration: '0001_next', waiting_for_pids: [expect.any(Number)] },
      message: expect.stringMatching(
        `^${what} waits for pid \\d+ \\(user postgres, application forgotten, idle in transaction, `,
      ),
    });
  }),
);

test.concurrent('a build says that it waits for a prepared transaction, which has no process', () =>
  withDatabase(async ({ url, sql, name }) => {
    expectExit(await migrate(url), 'OK');
    const writer = await sql.reserve();
    await writer.unsafe(`begin; insert into log values (1); prepare transaction '${name}'`);
    writer.release();
    let isEnded = false;
    const end = async () => {
      if (!isEnded) await sql.unsafe(`rollback prepared '${name}'`);
      isEnded = true;
    };
    const text = 'create index concurrently on log (n);';
    const result = await migrateUntil(url, text, 'index_progress', end).finally(end);
    expectExit(result, 'OK');
    expect(named(result, 'index_progress')[0]?.message).toContain(
      `waiting for the prepared transaction "${name}" (owner postgres, prepared 2`,
    );
  }));

test.concurrent('an idle transaction that holds the lock of a build is named for what it is', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql`insert into t values (1), (1)`;
    await leaveInvalid(sql, 't');
    const holder = await sql.reserve();
    await holder.unsafe('begin; analyze t');
    const text = 'create index concurrently x on t (a);';
    const result = await migrateUntil(url, text, 'run_failed', () => undefined);
    await holder`rollback`;
    holder.release();
    expectExit(result, 'TRY_AGAIN');
    for (const { message } of [named(result, 'statement_waiting')[0], result.end].filter((e) => !!e)) {
      expect(message).toMatch(
        /^the index x is invalid and not dropped, .*: pid \d+ \(user postgres, .*idle in transaction, .*\) holds a lock on the table that a build would hold/,
      );
    }
    expect(named(result, 'statement_waiting')).toHaveLength(1);
    expect(result.end.migration).toBe('0001_next');
  }));

test.concurrent.each([
  ['fails', 'perform 1/0'],
  ['gets no lock', 'lock table t nowait'],
])('a block that commits inside and then %s is not repeated by itself', (_how, last) =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    const holder = await sql.reserve();
    await holder.unsafe('begin; select * from t');
    const text = `-- drizzle-gate: no-transaction
      do $$ begin insert into log values (1); commit; ${last}; end $$;`;
    const result = await migrate(url, text);
    await holder`rollback`;
    holder.release();
    expectExit(result, 'MIGRATION_FAILED');
    expect(result.end.message).toMatch(/what this DO committed before stays, and the next run does it again/);
    expect(await sql`select n from log`).toEqual([{ n: 1 }]);
  }),
);

test.concurrent('a detach that was interrupted after its first half is finalized', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    const text = 'alter table p detach partition p1 concurrently';
    // The first half commits at once, then it waits for whoever reads the parent.
    await sql.begin(async (reader) => {
      await reader`select * from p`;
      const session = await sql.reserve();
      await session`set statement_timeout = '300ms'`;
      await expect(session.unsafe(text).simple()).rejects.toThrow(/statement timeout/);
      await session`reset statement_timeout`;
      session.release();
    });
    expect(await sql`select inhdetachpending as pending from pg_inherits`).toEqual([{ pending: true }]);
    await noteStarted(sql, text);
    expectExit(await migrate(url, `${text};`), 'OK');
    expect(await sql`select * from pg_inherits where inhrelid = 'p1'::regclass`).toEqual([]);
    expectExit(await migrate(url, `${text};`), 'OK');
  }));

test.concurrent('DISCARD ALL takes neither the limits nor the migration lock with it', () =>
  withDatabase(async ({ url, sql }) => {
    const look = `insert into log select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid();
insert into log select setting::int from pg_settings where name = 'lock_timeout';`;
    expectExit(await migrate(url, `discard all; ${look}`), 'OK');
    expect(await sql`select n from log`).toEqual([{ n: 1 }, { n: 5000 }]);
  }));

test.concurrent('what a killed REINDEX CONCURRENTLY left behind is dropped, and nothing else', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql`insert into t values (1), (1)`;
    await sql`create unique index concurrently own_ccnew on t (a)`.catch(() => undefined);
    const invalid = async () =>
      (await sql`select indexrelid::regclass as name from pg_index where not indisvalid order by 1`).map(
        ({ name }) => name,
      );
    const writer = await sql.reserve();
    await writer`begin`;
    await writer`insert into log values (1)`;
    const next = { tag: '0001_next', sql: 'reindex index concurrently log_n;' };
    const killed = await runRunner({
      args: ['migrate'],
      env: environment(url, migrationsFolder([TABLES, next])),
      onStart: (child) => {
        const isThere = async () => (await invalid()).includes('log_n_ccnew');
        void waitUntil('the copy is there', isThere).then(() => child.kill('SIGKILL'));
      },
    });
    expect(killed.code).toBeNull();
    await waitUntil('its session is gone', async () => {
      const sessions = await sql`select from pg_stat_activity
        where datname = current_database() and application_name = 'drizzle-gate'`;
      return sessions.length === 0;
    });
    await writer`rollback`;
    writer.release();
    expect(await invalid()).toEqual(['own_ccnew', 'log_n_ccnew']);
    expectExit(await migrate(url, next.sql), 'OK');
    expect(await invalid()).toEqual(['own_ccnew']);
  }));

test.concurrent('the limit for locks holds again after an invalid index was dropped', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql`insert into t values (1), (1)`;
    await sql`create unique index concurrently t_a on t (a)`.catch(() => undefined);
    const next = `create index concurrently t_a on t (a);
      insert into log select setting::int from pg_settings where name = 'lock_timeout';`;
    expectExit(await migrate(url, next), 'OK');
    expect(await sql`select n from log`).toEqual([{ n: 5000 }]);
  }));

test.concurrent('an ordinary CREATE INDEX IF NOT EXISTS is not content with an invalid index', () =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql`insert into t values (1), (1)`;
    await sql`create unique index concurrently "T_a" on t (a)`.catch(() => undefined);
    const text = 'create index if not exists "T_a" on t (a);';
    for (const file of [text, `${text} vacuum t;`, `begin; ${text} commit;`]) {
      const result = await migrate(url, file);
      expectExit(result, 'MIGRATION_FAILED');
      expect(result.end.message).toMatch(/^0001_next: the index T_a is there but invalid/);
    }
    await sql`drop index "T_a"`;
    expectExit(await migrate(url, text), 'OK');
  }));

/** An invalid index `x` on the relation. */
async function leaveInvalid(sql: postgres.Sql, relation: string): Promise<void> {
  await sql.unsafe(`create unique index concurrently x on ${relation} (a)`).catch(() => undefined);
  expect(await sql`select indisvalid as valid from pg_index where indrelid = ${relation}::regclass`).toEqual([
    { valid: false },
  ]);
}

test.concurrent.each([
  ['of a materialized view', 'create materialized view m as select 1 as a union all select 1', 'm'],
  ['outside the search path', 'create schema s; create table s.t as select 1 as a union all select 1', 's.t'],
])('an invalid index %s is none that IF NOT EXISTS may accept', (_where, create, relation) =>
  withDatabase(async ({ url, sql }) => {
    expectExit(await migrate(url), 'OK');
    await sql.unsafe(create);
    await leaveInvalid(sql, relation);
    const ordinary = await migrate(url, `create index if not exists x on ${relation} (a);`);
    expectExit(ordinary, 'MIGRATION_FAILED');
    expect(ordinary.end.message).toMatch(/^0001_next: the index x is there but invalid/);
    expectExit(await migrate(url, `create index concurrently if not exists x on ${relation} (a);`), 'OK');
    expect(await sql`select from pg_index where not indisvalid`).toHaveLength(0);
  }),
);

test.concurrent('one statement alone can be asked for the index it was content with', () =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table t as select 1 as a union all select 1`;
    await leaveInvalid(sql, 't');
    await withSession(sessionOptions(url), async (session) => {
      const look = (text: string) => assertStatementIndexValid(session, { text }, '0001_next');
      await expect(look('create index if not exists x on t (a)')).rejects.toThrow(/x is there but invalid/);
      await expect(look('create /* a */ index if -- b\n not exists "x" on public.t (a)')).rejects.toThrow();
      await look('create index if not exists y on t (a)');
      await look('create index x on t (a)');
      await sql`drop index x`;
      await look('create index if not exists x on t (a)');
    });
  }));

test.concurrent('the index that a role with more rights is building is waited for, not dropped', async () => {
  const role = `builder_${randomBytes(6).toString('hex')}`;
  await withDatabase(async ({ url, name, sql }) => {
    await sql.unsafe(`create role ${role} login password 'x'; alter database ${name} owner to ${role};
      create schema own authorization ${role}; create table own.t (a int); alter table own.t owner to ${role}`);
    const writer = await sql.reserve();
    await writer`begin`;
    await writer`insert into own.t values (1)`;
    const build = sql.unsafe('create index concurrently x on own.t (a)').then(
      () => 'built',
      (error) => String(error),
    );
    await sleep(500);
    const own = Object.assign(new URL(url), { username: role, password: 'x' });
    const next = migrationsFolder([
      { tag: '0000_x', sql: 'create index concurrently if not exists x on own.t (a);' },
    ]);
    const run = runRunner({ args: ['migrate'], env: environment(own.href, next) });
    await sleep(2500);
    await writer`commit`;
    writer.release();
    expect(await build).toBe('built');
    expectExit(await run, 'OK');
    expect(await sql`select from pg_index where not indisvalid`).toHaveLength(0);
  });
  await withDatabase(({ sql }) => sql.unsafe(`drop role ${role}`));
});
