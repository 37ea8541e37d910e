import { type Catalog, labelOf } from '../../cli/src/catalog/catalog-object';
import { compareCatalogs } from '../../cli/src/catalog/compare-catalogs';
import { readCatalog, readCatalogWithin } from '../../cli/src/catalog/read-catalog';
import { withDatabase } from '../support/database';
import { OTHER_CHANGES } from './catalog-other-changes';
import { SCHEMA } from './catalog-schema';
import { HISTORY, judge, known } from './catalog-support';
import { TABLE_CHANGES } from './catalog-table-changes';

/** What a careless judge misses; all others are in catalog-changes.long.test.ts. */
const EASILY_MISSED = [
  ...[`alter type mood add value 'angry' before 'ok'`, `alter table people alter name set default 'y'`],
  ...['alter table people alter id set increment by 5', 'alter table pets disable trigger all'],
  ...['alter table people disable trigger people_t', 'alter sequence numbers increment 2'],
  ...['alter table people enable row level security', 'grant select (name) on people to $role'],
  ...['alter table people drop column mood; alter table people add column mood mood'],
  ...['comment on constraint people_name_check on people is null', 'alter function f stable'],
  ...['revoke execute on function pg_catalog.lower(text) from public'],
  ...['grant select on people to $role; revoke select on people from $role'],
  ...[`select nextval('numbers'); select setval('numbers', 77)`, 'grant usage on schema drizzle to $role'],
];

test.concurrent('what is easily missed is told, and nothing beside it', async () => {
  const changes = known(
    [...TABLE_CHANGES, ...OTHER_CHANGES].filter(({ change }) => EASILY_MISSED.includes(change)),
  );
  expect(changes).toHaveLength(EASILY_MISSED.length);
  expect(await judge(changes)).toEqual(changes.map(({ change, told }) => ({ change, told })));
});

test.concurrent('the same schema made in another order, after other things, is the same', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(SCHEMA);
    const first = await readCatalog(sql, HISTORY);
    await sql.unsafe(
      'create table other (id serial); drop table other; drop publication news; drop schema public cascade;',
    );
    await sql.unsafe(`create schema public authorization pg_database_owner; grant usage on schema public to public;
      comment on schema public is 'standard public schema'`);
    if (Number(process.env.TEST_SERVER_MAJOR) < 15) {
      await sql.unsafe('alter schema public owner to current_user; grant create on schema public to public');
    }
    await sql.unsafe(
      SCHEMA.replace(/create index[^;]+;/, '').concat('create index pets_kind_idx on pets (kind)'),
    );
    const second = await readCatalog(sql, HISTORY);
    expect(compareCatalogs(first, second)).toEqual([]);
    expect(first.length).toBeGreaterThan(60);
  }));

test.concurrent('neither oids nor column numbers nor names that the server makes up are read', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe('create table gap (a int, b text); alter table gap drop column a;');
    const text = JSON.stringify(await readCatalog(sql, HISTORY));
    expect(text).not.toMatch(/pg_toast|\d{5,}|"_gap|attnum|dropped/);
  }));

test.concurrent('the version that newer minor releases note at each column is no difference, an option beside it is', () =>
  withDatabase(async ({ sql }) => {
    const noted = (options: string[]) =>
      sql`update pg_attribute set attoptions = ${options} where attrelid = 'counted'::regclass and attname = 'a'`;
    await sql.unsafe('create table counted (a int)');
    const first = await readCatalog(sql, HISTORY);
    await noted(['pg_attver=1']);
    expect(compareCatalogs(first, await readCatalog(sql, HISTORY))).toEqual([]);
    await noted(['pg_attver=2', 'n_distinct=5']);
    expect(compareCatalogs(first, await readCatalog(sql, HISTORY))).toHaveLength(1);
  }));

test.concurrent('whoever reads the catalog need not be a superuser', () =>
  withDatabase(async ({ sql }) => {
    await sql.unsafe(`${SCHEMA}; create foreign data wrapper w; create server s foreign data wrapper w;
      create user mapping for public server s`);
    const everything = await readCatalog(sql, HISTORY);
    const seen = await sql.begin(async (transaction) => {
      await transaction.unsafe('set local role pg_monitor');
      return readCatalogWithin(transaction, HISTORY);
    });
    const labels = (catalog: Catalog) => catalog.map(labelOf);
    expect(labels(seen)).toEqual(labels(everything));
    expect(labels(seen)).toContain('user mapping public on server s');
  }));

test.concurrent('two objects with one label are both compared', () => {
  const twin = (comment: string) => ({ kind: 'cast', name: '(a AS b)', facts: { comment } });
  expect(compareCatalogs([twin('1'), twin('2')], [twin('1'), twin('3')])).toEqual([
    {
      ...{ difference: 'changed', kind: 'cast', name: '(a AS b)', attribute: 'comment' },
      ...{ expected: '2', actual: '3' },
    },
  ]);
});
