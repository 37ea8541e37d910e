import type postgres from 'postgres';
import type { GateError } from '../../runner/src/errors/gate-error';
import { findObstacles } from '../../runner/src/rollback/keep/find-obstacles';
import { lockLosing } from '../../runner/src/rollback/keep/lock-losing';
import type { Loss } from '../../runner/src/rollback/losses/loss';
import { type TestDatabase, withDatabase } from '../support/database';
import { inTransaction, type KeepOptions, keepContext, lossOf, undo } from '../support/keep';
import { waitUntil } from '../support/wait';

type Losing = readonly [kind: Loss['kind'], table: string, column?: string];

const planned = (sql: postgres.Sql, losses: readonly Losing[]) =>
  Promise.all(losses.map((loss) => lossOf(sql, ...loss)));

/** Makes tables, undoes them, and gives the rows of each copy by its name. */
const keep = (
  setup: string,
  losses: readonly Losing[],
  script: string,
  check: (
    copies: Record<string, postgres.Row[]>,
    database: TestDatabase,
    schema: string,
  ) => Promise<void> | void,
  options: KeepOptions = {},
) =>
  withDatabase(async (database) => {
    const { url, sql } = database;
    await sql.unsafe(setup);
    const { kept } = await undo(url, await planned(sql, losses), script, options);
    if (!kept) throw new Error('nothing was kept');
    const copies: Record<string, postgres.Row[]> = {};
    for (const { copy, rows } of kept.tables) {
      const found = await sql`select * from ${sql(kept.schema)}.${sql(copy)} t order by t::text`;
      expect(found).toHaveLength(rows);
      copies[copy] = [...found];
    }
    await check(copies, database, kept.schema);
  });

/** What is thrown, with the database as it was. */
const refusal = async (url: string, losses: readonly Loss[], script: string, options: KeepOptions = {}) => {
  const error = await undo(url, losses, script, options).then(
    () => undefined,
    (thrown: GateError) => thrown,
  );
  if (!error) throw new Error('it was not refused');
  return error;
};

const keptSchemas = (sql: postgres.Sql) =>
  sql`select nspname from pg_namespace where nspname like 'drizzle\_gate\_kept\_%'`;

test.concurrent('rows of a dropped table are kept, with their types', () =>
  keep(
    `create table "Odd name" (id serial primary key, "Ä" varchar(5), at timestamptz, n numeric(10,2), j jsonb);
     insert into "Odd name" ("Ä", at, n, j) values ('x', '2026-01-01', 1.50, '{"a":1}'), (null, null, null, null)`,
    [['table', '"Odd name"']],
    'drop table "Odd name"',
    async (copies, { sql }, schema) => {
      expect(copies).toMatchObject({
        'Odd name': [
          { id: 1, Ä: 'x', n: '1.50', j: { a: 1 } },
          { id: 2, Ä: null },
        ],
      });
      expect(schema).toMatch(/^drizzle_gate_kept_\d{8}t\d{6}z$/);
      const [type] = await sql`
        select string_agg(format_type(atttypid, atttypmod), ', ' order by attnum) as types from pg_attribute
         where attrelid = ${`${schema}."Odd name"`}::regclass and attnum > 0`;
      expect(type?.types).toBe(
        'integer, character varying(5), timestamp with time zone, numeric(10,2), jsonb',
      );
      const [index] = await sql`select * from ${sql(schema)}.__drizzle_gate_kept`;
      expect(index).toMatchObject({
        ...{ source_schema: 'public', source_table: 'Odd name', is_whole: true, row_count: '2' },
        ...{ key_columns: ['id'], sequences: [{ column: 'id', last: '2' }], undone: ['0001_undone'] },
      });
    },
  ));

describe('a row that is written while the rollback begins', () => {
  const setup = 'create table events (id int primary key); insert into events values (1)';

  test.concurrent('is waited for and kept when it came first', () =>
    withDatabase(async ({ url, sql }) => {
      await sql.unsafe(setup);
      const losses = await planned(sql, [['table', 'events']]);
      const writer = await sql.reserve();
      await writer`begin`;
      await writer`insert into events values (2)`;
      const done = undo(url, losses, 'drop table events');
      await waitUntil('the rollback waits for the writer', async () => {
        const waiting = await sql`select from pg_locks where not granted and relation = 'events'::regclass`;
        return waiting.length > 0;
      });
      await writer`commit`;
      writer.release();
      expect((await done).kept?.tables).toMatchObject([{ copy: 'events', rows: 2 }]);
    }));

  test.concurrent('fails, or waits until the table is gone, when it came later', () =>
    withDatabase(async ({ url, sql }) => {
      await sql.unsafe(setup);
      const losses = await planned(sql, [['table', 'events']]);
      let write: Promise<string> | undefined;
      const { kept } = await undo(url, losses, 'drop table events', {
        locked: async () => {
          write = sql`insert into events values (2)`.then(
            () => 'written',
            (error: postgres.PostgresError) => error.code,
          );
          await waitUntil('the writer waits for the rollback', async () => {
            const waiting =
              await sql`select from pg_locks where not granted and relation = 'events'::regclass`;
            return waiting.length > 0;
          });
        },
      });
      expect(await write).toBe('42P01');
      expect(kept?.tables).toMatchObject([{ rows: 1 }]);
    }));
});

describe('of a dropped column', () => {
  test.concurrent('the values are kept that are not null, with the primary key', () =>
    keep(
      `create table t (a int not null unique, k2 text, k1 int, note text, other int, primary key (k1, k2));
       insert into t values (1, 'x', 1, 'kept', 5), (2, 'y', 1, null, 6)`,
      [['column', 't', 'note']],
      'alter table t drop column note',
      (copies) => {
        expect(copies).toEqual({ t: [{ k2: 'x', k1: 1, note: 'kept' }] });
      },
    ));

  test.concurrent('a unique index that is never null serves, and one that may be null does not', () =>
    keep(
      `create table t (a int unique, b int not null, c int, d int not null);
       create unique index on t (b) where b > 0; create unique index on t (lower(d::text)); create unique index on t (d);
       insert into t values (null, 1, 9, 3)`,
      [['column', 't', 'c']],
      'alter table t drop column c',
      (copies) => {
        expect(copies).toEqual({ t: [{ c: 9, d: 3 }] });
      },
    ));

  test.concurrent('whole rows are kept without a key, or when the key goes too', () =>
    keep(
      `create table free (a int, b text); insert into free values (1, 'x'), (2, null);
       create table keyed (id int primary key, a int, b text); insert into keyed values (7, 1, 'x')`,
      [
        ['column', 'free', 'b'],
        ['column', 'keyed', 'b'],
        ['column', 'keyed', 'id'],
      ],
      'alter table free drop column b; alter table keyed drop column b, drop column id',
      (copies) => {
        expect(copies).toEqual({ free: [{ a: 1, b: 'x' }], keyed: [{ id: 7, a: 1, b: 'x' }] });
      },
    ));

  test.concurrent('nothing is kept when it is generated', () =>
    withDatabase(async ({ url, sql }) => {
      await sql`create table t (id int primary key, a int, twice int generated always as (a * 2) stored)`;
      await sql`insert into t values (1, 2)`;
      const { kept } = await undo(
        url,
        await planned(sql, [['column', 't', 'twice']]),
        'alter table t drop twice',
      );
      expect(kept).toBeUndefined();
      expect(await keptSchemas(sql)).toEqual([]);
    }));
});

test.concurrent('types and collations that can be dropped are kept as the text that they read', () =>
  keep(
    `create schema app; create type app.mood as enum ('sad', 'ok'); create domain app.mail as text check (value like '%@%');
     create type app.pair as (a int, b text); create collation app.own from "C"; create extension citext schema app;
     create function app.loud(app.mood) returns text language sql as $$ select 'LOUD' $$;
     create cast (app.mood as text) with function app.loud(app.mood) as assignment;
     create table app.t (id int primary key, m app.mood, ms app.mood[], d app.mail, p app.pair, c app.citext,
       w text collate app.own, r int4range, empty app.pair);
     insert into app.t values (1, 'ok', '{sad,ok}', 'a@b', '(1,x)', 'C', 'w', '[1,2)', row(null, null)); insert into app.t (id) values (2)`,
    [['table', 'app.t']],
    'drop schema app cascade',
    async (copies) => {
      expect(copies).toEqual({
        t: [
          { id: 1, m: 'ok', ms: '{sad,ok}', d: 'a@b', p: '(1,x)', c: 'C', w: 'w', r: '[1,2)', empty: '(,)' },
          { id: 2, m: null, ms: null, d: null, p: null, c: null, w: null, r: null, empty: null },
        ],
      });
    },
  ));

test.concurrent('partitions are kept through their root, each row once', () =>
  keep(
    `create table root (id int, part int, note text, primary key (id, part)) partition by list (part);
     create table one partition of root for values in (1); create table two partition of root for values in (2) partition by list (id);
     create table deep partition of two default; insert into root values (1, 1, 'a'), (2, 2, 'b')`,
    [
      ['table', 'one'],
      ['table', 'root'],
      ['table', 'deep'],
    ],
    'drop table root',
    (copies) => {
      expect(copies).toEqual({
        root: [
          { id: 1, part: 1, note: 'a' },
          { id: 2, part: 2, note: 'b' },
        ],
      });
    },
  ));

test.concurrent('a partition that is dropped alone is kept alone, after its parent is locked', () =>
  keep(
    `create table one (id int primary key); create table root (id int primary key) partition by range (id);
     alter table root attach partition one for values from (0) to (10); insert into root values (1)`,
    [['table', 'one']],
    'drop table one',
    (copies) => {
      expect(copies).toEqual({ one: [{ id: 1 }] });
    },
    {
      locked: async (session) => {
        const locks = await session.query(
          `select relation::regclass::text as name from pg_locks
            where pid = pg_backend_pid() and mode = 'AccessExclusiveLock' and relation::regclass::text in ('one', 'root')
            order by 1`,
        );
        expect(locks).toEqual([{ name: 'one' }, { name: 'root' }]);
      },
    },
  ));

test.concurrent('inheritance children that go with their parent have copies of their own', () =>
  keep(
    `create table parent (a int, b int); create table child (c int) inherits (parent);
     insert into parent values (1, 2); insert into child values (3, 4, 5)`,
    [['table', 'parent']],
    'drop table parent cascade',
    (copies) => {
      expect(copies).toEqual({ parent: [{ a: 1, b: 2 }], child: [{ a: 3, b: 4, c: 5 }] });
    },
  ));

test.concurrent('two tables of one name, and the name of the index, get names of their own', () => {
  const long = 'ä'.repeat(31);
  return keep(
    `create schema other; create table "${long}" (a int); create table other."${long}" (a int);
     create table __drizzle_gate_kept (a int); create table bare ();
     insert into "${long}" values (1); insert into other."${long}" values (2);
     insert into __drizzle_gate_kept values (3); insert into bare default values`,
    [
      ['table', `"${long}"`],
      ['rows', `other."${long}"`],
      ['table', '__drizzle_gate_kept'],
      ['rows', 'bare'],
    ],
    `drop table "${long}", __drizzle_gate_kept; truncate other."${long}", bare`,
    (copies) => {
      expect(copies).toEqual({
        [long]: [{ a: 1 }],
        [`${'ä'.repeat(30)}_2`]: [{ a: 2 }],
        __drizzle_gate_kept_2: [{ a: 3 }],
        bare: [{}],
      });
    },
  );
});

test.concurrent('what can be computed again or lies elsewhere is not kept; without rows there is no schema', () =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(`create table source (a int); insert into source values (1); create table empty (a int, b int);
      create materialized view computed as select * from source;
      create foreign data wrapper nowhere; create server away foreign data wrapper nowhere;
      create foreign table far (a int) server away`);
    const losses = await planned(sql, [
      ['table', 'computed'],
      ['table', 'far'],
      ['table', 'empty'],
      ['column', 'empty', 'b'],
    ]);
    const script = 'drop materialized view computed; drop foreign table far; drop table empty';
    const { kept, events } = await undo(url, losses, script);
    expect(kept).toBeUndefined();
    expect(events).toEqual([]);
    expect(await keptSchemas(sql)).toEqual([]);
  }));

test.concurrent('discard copies nothing and says so', () =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe('create table t (a int); insert into t values (1)');
    const env = { ROLLBACK_KEEP: 'discard' };
    const { kept, events } = await undo(url, await planned(sql, [['table', 't']]), 'drop table t', { env });
    expect(kept).toBeUndefined();
    expect(events).toMatchObject([{ event: 'rows_not_kept', level: 'warn', detail: '- table "public"."t"' }]);
    expect(await keptSchemas(sql)).toEqual([]);
  }));

describe('the limit', () => {
  const setup = `create table big (id int primary key, a text, b text);
    insert into big select i, repeat('x', 500), null from generate_series(1, 4000) i; create table small (a int);
    insert into small values (1); analyze`;

  test.concurrent('refuses with the sizes before anything runs', () =>
    withDatabase(async ({ url, sql }) => {
      await sql.unsafe(setup);
      const losses = await planned(sql, [
        ['table', 'small'],
        ['table', 'big'],
      ]);
      const error = await refusal(url, losses, 'drop table big, small', {
        env: { ROLLBACK_KEEP_LIMIT_MB: '1' },
      });
      expect(error).toMatchObject({
        exit: 'NOT_CONFIRMED',
        message: expect.stringMatching(
          /^the copies of what is lost would take 2\.\d MB, but ROLLBACK_KEEP_LIMIT_MB allows 1 MB/,
        ),
        detail: expect.stringMatching(
          /^- table "public"\."big": 2\.\d MB\n- table "public"\."small": \d+ kB$/,
        ),
        remedy: expect.stringMatching(/ROLLBACK_KEEP_LIMIT_MB to 3 or more, .*ROLLBACK_KEEP=discard/),
      });
      expect(await sql`select count(*)::int from big`).toEqual([{ count: 4000 }]);
      expect(await keptSchemas(sql)).toEqual([]);
    }));

  test.concurrent('counts a column by what its values take', () =>
    withDatabase(async ({ url, sql }) => {
      await sql.unsafe(`${setup}; update big set b = 'few' where id < 10; analyze big`);
      const losses = await planned(sql, [['column', 'big', 'b']]);
      const { kept } = await undo(url, losses, 'alter table big drop column b', {
        env: { ROLLBACK_KEEP_LIMIT_MB: '1' },
      });
      expect(kept?.tables).toMatchObject([{ copy: 'big', columns: ['b'], rows: 9 }]);
    }));

  test.concurrent('holds for the copies too, when the estimate was too low', () =>
    withDatabase(async ({ url, sql }) => {
      await sql.unsafe(`${setup}; alter table big set (autovacuum_enabled = off); update big set b = a`);
      const losses = await planned(sql, [['column', 'big', 'b']]);
      const error = await refusal(url, losses, 'alter table big drop column b', {
        env: { ROLLBACK_KEEP_LIMIT_MB: '1' },
      });
      expect(error).toMatchObject({
        exit: 'NOT_CONFIRMED',
        message: expect.stringMatching(/lost take 2\.\d MB/),
      });
      expect(await keptSchemas(sql)).toEqual([]);
    }));
});

describe('privileges', () => {
  /** A database whose owner of tables is an ordinary role. */
  const asOwner = (
    setup: string,
    use: (owned: string, database: TestDatabase, role: string) => Promise<void>,
  ) =>
    withDatabase(async (database) => {
      const { sql, url, name } = database;
      const role = `owner_${name}`;
      await sql.unsafe(`create role ${role} login password 'x'; grant all on schema public to ${role}`);
      try {
        await sql.unsafe(
          `grant create on database ${name} to ${role}; set role ${role}; ${setup}; reset role`,
        );
        const owned = new URL(url);
        owned.username = role;
        owned.password = 'x';
        await use(owned.href, database, role);
      } finally {
        await sql.unsafe(`reset role; drop schema public cascade; drop owned by ${role} cascade`);
        await sql.unsafe(`drop role ${role}`);
      }
    }, 1);
  const setup = 'create table t (a int); insert into t values (1)';

  test.concurrent('to create a schema is asked for, with both ways out', () =>
    asOwner(setup, async (url, { sql, name }, role) => {
      await sql.unsafe(`revoke create on database ${name} from ${role}`);
      const error = await refusal(url, await planned(sql, [['table', 't']]), 'drop table t');
      expect(error).toMatchObject({
        exit: 'ACCESS',
        remedy: `GRANT CREATE ON DATABASE "${name}" TO "${role}", or lose the rows with ROLLBACK_KEEP=discard`,
      });
    }));

  test.concurrent('to lock is asked for', () =>
    asOwner(setup, async (url, { sql }, role) => {
      await sql.unsafe(`revoke all on t from ${role}`);
      const error = await refusal(url, await planned(sql, [['table', 't']]), 'drop table t');
      expect(error).toMatchObject({
        exit: 'ACCESS',
        message: expect.stringMatching(
          /can not be locked.*may not lock table "public"."t", though it owns it/,
        ),
        remedy: expect.stringMatching(/^GRANT TRUNCATE ON TABLE "public"."t"/),
      });
    }));

  test.concurrent('all that is missing is told beforehand, and what is discarded need not be read', () =>
    asOwner(
      'create table empty (a int); create table good (a int); create table mute (a int); create table veiled (a int)',
      async (url, { sql, name }, role) => {
        await sql.unsafe(`create table theirs (a int); revoke select on mute from ${role}; revoke create on database ${name} from ${role};
          alter table veiled enable row level security; alter table veiled force row level security`);
        const losses = (
          await planned(sql, [
            ...(['empty', 'good', 'mute', 'veiled', 'theirs'] as const).map(
              (table): Losing => ['table', table],
            ),
          ])
        ).map((loss) => ({ ...loss, rows: loss.what === 'table empty' ? 0 : 1 }));
        const { context } = keepContext(url);
        const found = (mode: 'keep' | 'discard', all = losses) =>
          inTransaction(context, (session) => findObstacles(session, all, { keep: mode }));
        const schema = `${role} may not create the schema for the rows that would be lost`;
        expect((await found('keep')).map(({ message }) => message)).toEqual([
          `${role} may not read table "public"."mute", whose rows are to be kept`,
          `row-level security hides rows of table "public"."veiled" from ${role}, so that they can't be kept`,
          `${role} may not lock table "public"."theirs", which belongs to postgres`,
          schema,
        ]);
        expect(await found('keep', losses.slice(0, 1))).toEqual([]);
        expect((await found('discard')).map(({ remedy }) => remedy)).toEqual([
          'roll back as postgres, or as a member of it',
        ]);
        await sql.unsafe('drop table theirs');
      },
    ));

  test.concurrent('rows that row-level security hides from their owner are never left out', () =>
    asOwner(
      `${setup}; alter table t enable row level security; create policy none on t using (false)`,
      async (url, { sql }, role) => {
        const losses = await planned(sql, [['table', 't']]);
        await sql.unsafe('alter table t force row level security');
        expect(await refusal(url, losses, 'drop table t')).toMatchObject({
          exit: 'ACCESS',
          remedy: expect.stringMatching(/BYPASSRLS.*"public"\."t" NO FORCE ROW LEVEL SECURITY/),
        });
        const discarded = await undo(url, losses, 'select', { env: { ROLLBACK_KEEP: 'discard' } });
        expect(discarded.events).toMatchObject([{ event: 'rows_not_kept' }]);
        await sql.unsafe('alter table t no force row level security');
        const { kept } = await undo(url, losses, 'drop table t');
        expect(kept?.tables).toMatchObject([{ rows: 1 }]);
        const [owner] =
          await sql`select pg_get_userbyid(nspowner)::text as role from pg_namespace where nspname = ${kept?.schema ?? ''}`;
        expect(owner).toEqual({ role });
      },
    ));

  test.concurrent('nobody else may look into the copies, whatever default privileges say', () =>
    asOwner(
      `${setup}; alter default privileges grant select on tables to public; alter default privileges grant usage on schemas to public`,
      async (url, { sql }, role) => {
        const { kept } = await undo(url, await planned(sql, [['table', 't']]), 'drop table t');
        const [row] = await sql`
          select (select count(*)::int from pg_namespace n, aclexplode(nspacl) x where nspname = ${kept?.schema ?? ''} and x.grantee <> nspowner) as schema,
                 (select count(*)::int from pg_class c, aclexplode(relacl) x
                   where relnamespace = ${kept?.schema ?? ''}::regnamespace and x.grantee <> relowner) as tables`;
        expect(row).toEqual({ schema: 0, tables: 0 });
        await sql.unsafe(`set role ${role}; alter default privileges revoke select on tables from public;
          alter default privileges revoke usage on schemas from public`);
      },
    ));
});

test.concurrent('a publication of all tables is warned of: its subscribers have no such tables', () =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(
      'create table t (a int); insert into t values (1); create publication everything for all tables',
    );
    const { events, kept } = await undo(url, await planned(sql, [['table', 't']]), 'drop table t');
    expect(events).toMatchObject([
      { event: 'kept_warning', message: expect.stringMatching(/\(everything\) will send the copies/) },
      { event: 'rows_kept', schema: kept?.schema, detail: '- table "public"."t": 1 row, 8 kB' },
    ]);
  }));

test.concurrent('a copy that is not complete undoes everything', () =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(`create table t (a int); insert into t values (1);
      create function spoil() returns event_trigger language plpgsql as $$
      declare made record; begin
        for made in select * from pg_event_trigger_ddl_commands() where object_identity like '%.t' loop
          execute format('delete from %s', made.object_identity);
        end loop; end $$;
      create event trigger spoil on ddl_command_end when tag in ('CREATE TABLE AS') execute function spoil()`);
    const error = await refusal(url, await planned(sql, [['table', 't']]), 'drop table t');
    expect(error).toMatchObject({
      exit: 'INTERNAL',
      message: expect.stringMatching(/has 1 rows to keep, but 0 were copied, so nothing was changed/),
    });
    expect(await sql`select * from t`).toEqual([{ a: 1 }]);
  }));

test.concurrent.each([
  ['renamed', 'alter table t rename to u'],
  ['replaced', 'alter table t rename to u; create table t ()'],
])('a table that is %s while its lock is waited for is planned anew', (_name, change) =>
  withDatabase(async ({ url, sql }) => {
    await sql`create table t (a int)`;
    const losses = await planned(sql, [['table', 't']]);
    await sql
      .begin(async (other) => {
        await other.unsafe(change);
        const { context } = keepContext(url);
        const locked = inTransaction(context, (session) => lockLosing(session, losses));
        const outcome = locked.then(
          () => 'locked',
          (error: GateError) => error.exit,
        );
        await waitUntil('it waits', async () => {
          // The server is shared with other tests.
          const waiting = await sql`select from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and not l.granted and l.locktype = 'relation'`;
          return waiting.length > 0;
        });
        return { outcome };
      })
      .then(async ({ outcome }) => expect(await outcome).toBe('TRY_AGAIN'));
  }),
);

describe('a row that is not there as it was stays in the copy', () => {
  const setup = `create table u (id int primary key, a text, b text); insert into u values (1, 'x', 'y'), (2, 'p', 'q');
     create table no_key (id int, a text); insert into no_key values (1, 'x');
     create table before (id int primary key, a text, b text); insert into before values (1, 'x', 'older'), (2, 'p', null)`;

  test.concurrent.each<[string, Losing, string, object[]]>([
    [
      'another table has taken the name',
      ['table', 'u'],
      'drop table u; alter table before rename to u',
      [{ b: 'y' }, { b: 'q' }],
    ],
    [
      'the table is made again with fewer columns',
      ['table', 'u'],
      'create temp table t on commit drop as table u; drop table u; create table u (id int primary key, a text); insert into u select id, a from t',
      [{ b: 'y' }, { b: 'q' }],
    ],
    [
      'a column goes with some rows',
      ['rows', 'u'],
      'delete from u where id = 2; alter table u drop column b',
      [{ b: 'y' }, { b: 'q' }],
    ],
    [
      'a row is written anew',
      ['rows', 'u'],
      `delete from u; insert into u values (1, 'x', null)`,
      [{ b: 'y' }, { b: 'q' }],
    ],
    [
      'a table without a key is made again with fewer columns',
      ['table', 'no_key'],
      'drop table no_key; create table no_key (id int); insert into no_key values (1)',
      [{ id: 1, a: 'x' }],
    ],
  ])('%s', (_name, losing, script, expected) =>
    keep(
      setup,
      [losing, ...(script.includes('drop column') ? [['column', 'u', 'b'] as const] : [])],
      script,
      (copies) => {
        expect(copies[losing[1]]).toHaveLength(expected.length);
        expect(copies[losing[1]]).toMatchObject(expected);
      },
    ),
  );
});
