import type postgres from 'postgres';
import { fillRows } from '../../cli/src/rollback/data/fill-rows';
import { withDatabase } from '../support/database';

/** Makes a schema, fills it, and gives what one query says afterwards. */
async function filled(ddl: string, use: (sql: postgres.Sql) => Promise<unknown>, rowsPerTable?: number) {
  return withDatabase(async ({ sql }) => {
    await sql.unsafe(ddl);
    const report = await fillRows(sql, { rowsPerTable });
    const failed = report.failed.map(({ table, reason }) => `${table.schema}.${table.name}: ${reason}`);
    const rows = Object.fromEntries(report.filled.map(({ table, rows }) => [table.name, rows]));
    return { failed, rows, result: await use(sql) };
  });
}

const nothing = async () => undefined;

describe('fillRows', () => {
  test('every type of PostgreSQL gets values, some NULL and some not', async () => {
    const types = [
      ...[
        'text',
        'varchar(3)',
        'char(4)',
        '"char"',
        'name',
        'int2',
        'int4',
        'int8',
        'numeric',
        'numeric(4,3)',
      ],
      ...[
        'numeric(2,2)',
        'numeric(3,0)',
        'float4',
        'float8',
        'bool',
        'date',
        'timestamp',
        'timestamptz',
        'time',
      ],
      ...[
        'timetz',
        'interval',
        'uuid',
        'json',
        'jsonb',
        'text[]',
        'int4[][]',
        'int4range',
        'tstzrange',
        'numrange',
      ],
      ...[
        'int4multirange',
        'datemultirange',
        'inet',
        'cidr',
        'macaddr',
        'macaddr8',
        'bytea',
        'bit',
        'bit(5)',
      ],
      ...[
        'varbit(4)',
        'money',
        'tsvector',
        'tsquery',
        'point',
        'line',
        'lseg',
        'box',
        'path',
        'polygon',
        'circle',
      ],
      ...[
        'pg_lsn',
        'oid',
        'regclass',
        'jsonpath',
        'mood',
        'mood[]',
        'pair',
        'pair[]',
        'short',
        'short[]',
        '"Odd ""Type"""',
      ],
    ];
    const columns = types.flatMap((type, i) => [`n${i} ${type} not null`, `o${i} ${type}`]);
    const { failed, result } = await filled(
      `create type mood as enum ('sad', 'so, so', 'it''s "ok"');
       create type pair as (a int, b text);
       create domain short as text check (length(value) between 2 and 4 and value !~ '[0-9]');
       create type "Odd ""Type""" as enum ('A');
       create table "All Types" (${columns.join(', ')})`,
      async (sql) => {
        const counts = types.flatMap((_, i) => [`count(n${i})`, `count(o${i})`]);
        const [row] = await sql.unsafe(
          `select array[${counts.join(', ')}]::int[] as counts from "All Types"`,
        );
        return row?.counts as number[];
      },
    );
    expect(failed).toEqual([]);
    const counts = result as number[];
    types.forEach((type, i) => {
      expect([type, counts[2 * i], counts[2 * i + 1]]).toEqual([type, 3, 2]);
    });
  });

  test('checks: patterns, lengths, ranges, documents, two columns, implications, guarded casts', async () => {
    const { failed, rows } = await filled(
      `create table checks (
         slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
         code varchar(2) not null check (code ~ '^[A-Z]{2}$'),
         email text not null unique check (email ~* '^[^@[:space:]]+@[^@[:space:]]+\\.(com|org)$'),
         period text not null check (period ~ '^\\d{4}-(0[1-9]|1[0-2])$'),
         path text not null check (path like '/api/_%'),
         hash text not null check (length(hash) = 64),
         score numeric(4,3) not null check (score between 0.25 and 0.5),
         n int not null check (n > 41 and n % 7 = 1),
         kind text not null check (kind in ('it''s', ') AND (', 'b')),
         doc jsonb not null check (jsonb_typeof(doc) = 'array' and jsonb_array_length(doc) >= 2),
         options jsonb not null check (doc is null or options ? 'size' and (options ->> 'size')::int > 0),
         tags text[] not null check (cardinality(tags) between 1 and 2 and tags <@ array['x', 'y']),
         rate text not null check (rate::numeric > 0),
         starts timestamptz not null, ends timestamptz not null,
         check (ends > starts and ends <= starts + interval '10 minutes'),
         a int not null, b int not null, check (a <> b and a + b > 10),
         done_at timestamptz, check (kind <> 'b' or done_at is not null),
         one int, two text, three uuid, check (num_nonnulls(one, two, three) = 1),
         paused_at date, check ((kind = 'b') = (paused_at is not null)),
         total int generated always as (a * 2) stored check (total > 5)
       )`,
      nothing,
    );
    expect({ failed, rows }).toEqual({ failed: [], rows: { checks: 3 } });
  });

  test('keys: identities, unique expressions, partial and few values, exclusion constraints', async () => {
    const { failed, rows, result } = await filled(
      `create table numbered (id int generated always as identity primary key, own serial unique, v text unique);
       create table flags (flag bool primary key);
       create table one (id text primary key default 'global' check (id = 'global'));
       create table people (id uuid primary key default gen_random_uuid(), email text not null, role text not null
         check (role in ('owner', 'member')));
       create unique index on people (lower(email), left(role, 1));
       create unique index on people (role) where role = 'owner';
       create table bookings (room int not null check (room = 7), during int4range not null,
         exclude using gist (during with &&));
       create table nothing_else ();`,
      (sql) => sql`select id, own from numbered order by id`,
    );
    expect(failed).toEqual([]);
    expect(rows).toEqual({ numbered: 3, flags: 2, one: 1, people: 3, bookings: 3, nothing_else: 3 });
    expect(result).toEqual([1, 2, 3].map((id) => ({ id, own: id })));
  });

  test('foreign keys: chains, composites that share a column, to itself, one to one, junctions', async () => {
    const { failed, rows, result } = await filled(
      `create schema "Other Schema";
       create table z_tenants (id int generated by default as identity primary key);
       create table "Other Schema"."Users" (tenant int references z_tenants, id int, primary key (tenant, id),
         boss int, foreign key (tenant, boss) references "Other Schema"."Users");
       create table a_matches (tenant int not null references z_tenants, mentor int not null, mentee int not null,
         check (mentor <> mentee), primary key (mentor, mentee),
         foreign key (tenant, mentor) references "Other Schema"."Users",
         foreign key (tenant, mentee) references "Other Schema"."Users");
       create table nodes (id uuid primary key, parent uuid not null references nodes);
       create table profiles (tenant int, "user" int, primary key (tenant, "user"),
         foreign key (tenant, "user") references "Other Schema"."Users" match full);`,
      (sql) => sql`select count(*)::int as n from nodes where parent = id`,
    );
    expect(failed).toEqual([]);
    expect(rows).toEqual({ z_tenants: 3, Users: 3, a_matches: expect.any(Number), nodes: 3, profiles: 3 });
    expect(rows.a_matches).toBeGreaterThan(0);
    expect((result as { n: number }[])[0]?.n).toBeGreaterThan(0);
  });

  test('rows that are there already stay as they are, also where a circle is closed later', async () => {
    const ddl = `create table a (id int primary key, b int);
      create table b (id int primary key, a int not null references a);
      alter table a add foreign key (b) references b; insert into a values (100, null)`;
    const read = (sql: postgres.Sql) => sql`select id, b from a order by id = 100 desc, id`;
    await filled(ddl, async (sql) => {
      const [there, ...later] = await read(sql);
      expect(there).toEqual({ id: 100, b: null });
      expect(later.filter(({ b }) => b !== null)).not.toEqual([]);
      const before = [...(await read(sql))];
      await sql`create table c (id int primary key, a int references a)`;
      await fillRows(sql, { rowsPerTable: 3 });
      expect([...(await read(sql))]).toEqual(before);
    });
  });

  test('circles are closed by a later reference or by a deferred key; where neither can be, it is reported', async () => {
    const { failed, rows, result } = await filled(
      `create table teams (id int primary key, lead int);
       create table members (id int primary key, team int not null references teams);
       alter table teams add foreign key (lead) references members;
       create table heads (id uuid primary key, tail uuid not null);
       create table tails (id uuid primary key, head uuid not null references heads deferrable);
       alter table heads add foreign key (tail) references tails deferrable initially deferred;
       create table hens (id int primary key, egg int not null);
       create table eggs (id int primary key, hen int not null references hens);
       alter table hens add constraint laid foreign key (egg) references eggs;`,
      (sql) => sql`select count(lead)::int as led, count(*)::int as teams from teams`,
    );
    expect(rows).toEqual({ teams: 3, members: 3, heads: 3, tails: 3 });
    expect(result).toEqual([{ led: 2, teams: 3 }]);
    expect(failed).toEqual([
      expect.stringMatching(
        /^public\.eggs: foreign key "eggs_hen_fkey": no values were found that satisfy it$/,
      ),
      expect.stringMatching(/^public\.hens: foreign key "laid": no values were found that satisfy it$/),
    ]);
  });

  test('partitions: by range, list and hash, in levels; without any, it is reported', async () => {
    const { failed, rows, result } = await filled(
      `create table logs (at timestamptz not null, region text, id bigint generated always as identity)
         partition by range (at);
       create table logs_1 partition of logs for values from ('2031-02-01') to ('2031-03-01');
       create table logs_2 partition of logs for values from ('2031-03-01') to ('2031-04-01') partition by list (region);
       create table logs_2_eu partition of logs_2 for values in ('eu-1', 'eu-2');
       create table shards (id int primary key) partition by hash (id);
       create table shards_0 partition of shards for values with (modulus 2, remainder 0);
       create table nowhere (id int) partition by list (id);`,
      (sql) => sql`select distinct tableoid::regclass::text as part from logs order by 1`,
    );
    expect(rows).toEqual({ logs: 3, shards: 3 });
    expect(result).toEqual([{ part: 'logs_1' }, { part: 'logs_2_eu' }]);
    expect(failed).toEqual([
      expect.stringContaining('public.nowhere: no partition of relation "nowhere" found'),
    ]);
  });

  test('triggers: what they compare is tried, what they write counts, what they refuse is reported', async () => {
    const { failed, rows } = await filled(
      `create table audit (id serial, what text not null);
       create table countries (code text not null, note text);
       create function guard() returns trigger language plpgsql as $$ begin
         if new.code !~ '^[A-Z]{3}$' or new.note is null then raise exception 'no such country'; end if;
         insert into audit (what) values (new.code); return new; end $$;
       create trigger guard before insert on countries for each row execute function guard();
       create table frozen (id int);
       create function refuse() returns trigger language plpgsql as $$ begin
         raise exception 'the table is frozen' using errcode = '23514'; end $$;
       create constraint trigger refuse after insert on frozen deferrable initially deferred
         for each row execute function refuse();`,
      nothing,
    );
    expect(rows).toEqual({ audit: 3, countries: 3 });
    expect(failed).toEqual(['public.frozen: the table is frozen (23514)']);
  });

  test('what no value satisfies is reported by name, and the rest is filled', async () => {
    const { failed, rows } = await filled(
      `create table never (id int not null, constraint "can't be" check (id > 1 and id < 0));
       create table child (id int primary key, never int not null);
       create table fine (id int primary key);`,
      nothing,
    );
    expect(rows).toEqual({ child: 3, fine: 3 });
    expect(failed).toEqual([
      expect.stringMatching(/^public\.never: check "can't be": no values were found that satisfy/),
    ]);
  });

  test('fills up what holds too few rows, leaves the rest alone, and makes the same rows again', async () => {
    const ddl = `create table few (id int primary key, v text not null unique); insert into few values (1, 'text-1');
      create table many (id int); insert into many select generate_series(1, 9);
      create schema drizzle; create table drizzle.__drizzle_migrations (id int);
      create schema skipped; create table skipped.t (id int);`;
    const run = () =>
      withDatabase(async ({ sql }) => {
        await sql.unsafe(ddl);
        const report = await fillRows(sql, { rowsPerTable: 4, exclude: [{ schema: 'skipped', name: 't' }] });
        return { report, rows: [...(await sql`select id, v from few order by id`)] };
      });
    const first = await run();
    expect(first.report).toEqual({
      filled: [{ table: { schema: 'public', name: 'few' }, rows: 3 }],
      failed: [],
    });
    expect(first.rows).toHaveLength(4);
    expect(await run()).toEqual(first);
  });

  test('a role without the right to write is told so', async () => {
    await withDatabase(async ({ sql }) => {
      await sql.unsafe('create table t (id int)');
      await sql.begin(async (tx) => {
        await tx.unsafe('set local role pg_monitor');
        const begin = (use: (inner: postgres.TransactionSql) => unknown) => tx.savepoint(use);
        const report = await fillRows({ begin } as unknown as postgres.Sql);
        expect(report.failed.map(({ reason }) => reason)).toEqual(['permission denied for table t (42501)']);
      });
    });
  });
});
