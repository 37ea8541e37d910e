import type postgres from 'postgres';
import { type CompareOptions, compareRows } from '../../cli/src/rollback/data/compare-rows';
import { renderRowChange } from '../../cli/src/rollback/data/row-change';
import { snapshotRows } from '../../cli/src/rollback/data/snapshot-rows';
import { withDatabase } from '../support/database';

const TABLES = `
  create table keyed (tenant int, id int, name text, score numeric, doc jsonb, raw json, primary key (tenant, id));
  insert into keyed values (1, 1, 'a', 1.0, '{"x":1,"y":2}', '{"x":1,"y":2}'), (1, 2, '', null, null, null);
  create table loose (v text, n int);
  insert into loose values ('same', 1), ('same', 1), ('null', null), (null, null);`;

/** What differs after the statements, as a person reads it. */
async function changesOf(sql: postgres.Sql, statements: string, options?: CompareOptions) {
  const before = await snapshotRows(sql);
  await sql.unsafe(statements);
  const { changed, cameBack } = compareRows(before, await snapshotRows(sql), options);
  return { changed: changed.map(renderRowChange).sort(), cameBack: cameBack.map(renderRowChange).sort() };
}

async function undone(sql: postgres.Sql, statements: string, options?: CompareOptions) {
  await sql.unsafe(`drop schema public cascade; create schema public; ${TABLES}`);
  return changesOf(sql, statements, options);
}

const SAME = { changed: [], cameBack: [] };

describe('compareRows', () => {
  test('is silent about what holds the same rows, whatever their order, place and settings', async () => {
    await withDatabase(async ({ sql }) => {
      expect(
        await undone(
          sql,
          `delete from keyed where id = 1; delete from loose where v = 'same' or v is null;
           insert into keyed values (1, 1, 'a', 1.0, '{"y":2,"x":1}', '{"x":1,"y":2}');
           insert into loose values (null, null), ('same', 1), ('same', 1);
           create table fresh (id int); insert into fresh values (1);
           alter table keyed alter column score type text; update keyed set score = 'other'`,
        ),
      ).toEqual(SAME);
      await sql.unsafe(
        `create table times (at timestamptz, long interval, bin bytea, f float8, cash money);
         insert into times values ('2024-01-01 10:00+02', '1 mon 2 days', '\\x00ff', 0.1::float4, 3)`,
      );
      const settings = `set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set intervalstyle = 'iso_8601';
        set bytea_output = 'escape'; set extra_float_digits = -5`;
      expect(await changesOf(sql, settings)).toEqual(SAME);
    }, 1);
  });

  test('finds one value, a row that is gone, one that was added, NULL for an empty text, another scale', async () => {
    await withDatabase(async ({ sql }) => {
      expect(
        await undone(
          sql,
          `update keyed set name = null where id = 2; update keyed set score = 1.00, raw = '{"y":2,"x":1}' where id = 1;
           insert into keyed values (2, 1)`,
        ),
      ).toEqual({
        changed: [
          `keyed (tenant='1', id='1'): "score" was '1.0', is '1.00'; "raw" was '{"x":1,"y":2}', is '{"y":2,"x":1}'`,
          `keyed (tenant='1', id='2'): "name" was '', is NULL`,
          `keyed (tenant='2', id='1'): a row that was not there`,
        ],
        cameBack: [],
      });
      expect(await undone(sql, 'delete from keyed where id = 1; insert into keyed values (1, 3)')).toEqual({
        changed: [
          `keyed (tenant='1', id='1'): the row is gone`,
          `keyed (tenant='1', id='3'): a row that was not there`,
        ],
        cameBack: [],
      });
    });
  });

  test('without a key, counts duplicates and keeps NULL apart from the word', async () => {
    await withDatabase(async ({ sql }) => {
      const one = 'where ctid = (select ctid from loose where v';
      expect(
        await undone(
          sql,
          `delete from loose ${one} = 'same' limit 1); update loose set v = 'null' where v is null`,
        ),
      ).toEqual({
        changed: [
          `loose (v='null', n=NULL): a row that was not there`,
          `loose (v='same', n='1'): the row is gone`,
          `loose (v=NULL, n=NULL): the row is gone`,
        ],
        cameBack: [],
      });
    });
  });

  test('what was dropped and made again is told apart', async () => {
    await withDatabase(async ({ sql }) => {
      expect(
        await undone(
          sql,
          `alter table keyed drop column name; alter table keyed add column name text not null default 'new';
           update keyed set score = 7 where id = 2;
           alter table loose drop column n; alter table loose add column n int`,
        ),
      ).toEqual({
        changed: [`keyed (tenant='1', id='2'): "score" was NULL, is '7'`],
        cameBack: [
          `keyed (tenant='1', id='1'): "name" was 'a', is 'new'`,
          `keyed (tenant='1', id='2'): "name" was '', is 'new'`,
          `loose (v='same', n='1'): "n" was '1', is NULL`,
          `loose (v='same', n='1'): "n" was '1', is NULL`,
        ],
      });
      expect(
        await undone(
          sql,
          'drop table keyed; create table keyed (tenant int, id int, primary key (tenant, id))',
        ),
      ).toEqual({
        changed: [],
        cameBack: [
          `keyed (tenant='1', id='1'): the row is gone`,
          `keyed (tenant='1', id='2'): the row is gone`,
        ],
      });
      const key = 'alter table keyed drop column id; alter table keyed add column id int';
      expect(
        (await undone(sql, `${key}; update keyed set name = 'z' where name = 'a'`)).changed,
      ).toHaveLength(2);
    });
  });

  test('leaves out what is meant to change, and tables that only one snapshot has', async () => {
    await withDatabase(async ({ sql }) => {
      const isMeantToChange: CompareOptions['isMeantToChange'] = ({ name }, column) =>
        name === 'loose' || column === 'name';
      const update = `update keyed set name = 'z'; delete from loose; create table extra (id int)`;
      expect(await undone(sql, update, { isMeantToChange })).toEqual(SAME);
      expect((await undone(sql, `${update}; drop table loose`)).changed).toHaveLength(2);
    });
  });
});

test('a table that the role may not read is told, and rows that a policy hides are not passed over', async () => {
  await withDatabase(async ({ sql }) => {
    await sql.unsafe(`create table closed (id int); create table hidden (id int); alter table hidden enable row level security;
      grant select on hidden to pg_monitor; create table open (id int); grant select on open to pg_monitor`);
    await sql.unsafe('set role pg_monitor');
    const { tables, unreadable } = await snapshotRows(sql);
    expect(tables.map(({ name }) => name)).toEqual(['open']);
    expect(unreadable.map(({ reason }) => reason)).toEqual([
      'permission denied for table closed',
      'query would be affected by row-level security policy for table "hidden"',
    ]);
  }, 1);
});
