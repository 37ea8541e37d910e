import { snapshotRows } from '../../cli/src/rollback/data/snapshot-rows';
import { judgeRows } from '../../cli/src/rollback/prove/judge-rows';
import { withDatabase } from '../support/database';

const TABLES = `
  create table users (id int primary key, name text, note text);
  create table empty (id int primary key);
  insert into users values (1, 'ann', 'a'), (2, 'bob', 'b');
`;

interface Case {
  readonly migration: string;
  /** What is put into tables that are empty then. */
  readonly fill?: string;
  readonly script: string;
  readonly changed?: readonly string[];
  readonly declared?: readonly string[];
}

test.concurrent.each<[string, Case]>([
  [
    'a column that is renamed and renamed back',
    {
      migration: 'alter table users rename note to remark',
      script: 'alter table users rename remark to note',
    },
  ],
  [
    'a renamed column that a script drops and makes again',
    {
      migration: 'alter table users rename note to remark',
      script: 'alter table users drop remark; alter table users add note text',
      changed: [`users (id='1'): "note" was 'a', is NULL`, `users (id='2'): "note" was 'b', is NULL`],
    },
  ],
  [
    'a column that the migration drops',
    { migration: 'alter table users drop note', script: 'alter table users add note text' },
  ],
  [
    'a renamed table that a script makes anew',
    {
      migration: 'alter table users rename to people',
      script: 'drop table people; create table users (id int primary key, name text, note text)',
      changed: [`users (id='1'): the row is gone`, `users (id='2'): the row is gone`],
    },
  ],
  [
    'a renamed table, whose place another takes',
    {
      migration: 'alter table users rename to users_old; create table users (id int primary key, name text)',
      script: 'drop table users; alter table users_old rename to users',
    },
  ],
  [
    'an empty table that is renamed, then gets rows',
    {
      migration: 'alter table empty rename to filled',
      fill: 'insert into filled values (1)',
      script: 'alter table filled rename to empty',
    },
  ],
  [
    'rows that the migration itself changes under a new name',
    {
      migration: `alter table users rename note to remark; update users set remark = 'c' where id = 1`,
      script: 'alter table users rename remark to note',
      declared: [`users (id='1'): "note" was 'a', is 'c'`],
    },
  ],
  [
    'other values of rows that the migration changes, too',
    {
      migration: `update users set note = 'c'`,
      script: `update users set note = 'd'; update users set name = 'x' where id = 1`,
      changed: [`users (id='1'): "name" was 'ann', is 'x'; "note" was 'a', is 'd'`],
      declared: [`users (id='2'): "note" was 'b', is 'd'`],
    },
  ],
  [
    'rows that the migration changes and a script deletes',
    {
      migration: `update users set note = 'c' where id = 1`,
      script: 'delete from users',
      changed: [`users (id='1'): the row is gone`, `users (id='2'): the row is gone`],
    },
  ],
  [
    'rows that the migration deletes and a script makes up',
    {
      migration: 'delete from users where id = 1',
      script: `insert into users values (1, '?', '?')`,
      declared: [`users (id='1'): "name" was 'ann', is '?'; "note" was 'a', is '?'`],
    },
  ],
  [
    'rows that change, or go, only when tables are filled',
    {
      migration: 'create index on users (name)',
      fill: `update users set note = 'f' where id = 1; delete from users where id = 2`,
      script: 'drop index users_name_idx',
    },
  ],
  [
    'rows that a script changes once more',
    {
      migration: 'create index on users (name)',
      fill: `update users set note = 'f', name = 'f' where id = 1`,
      script: `drop index users_name_idx; update users set note = 's' where id = 1`,
      changed: [`users (id='1'): "note" was 'a', is 's'`],
    },
  ],
  [
    'values that the migration changes, beside others that the filling changes',
    {
      migration: `update users set name = 'm' where id = 1; update users set name = 'm' where id = 2`,
      fill: `update users set note = 'f' where id = 1; update users set name = 'f' where id = 2`,
      script: 'select 1',
      declared: [`users (id='1'): "name" was 'ann', is 'm'`, `users (id='2'): "name" was 'bob', is 'f'`],
    },
  ],
  [
    'rows of a table that the migration empties, filled again, then changed by a script',
    {
      migration: 'delete from users',
      fill: `insert into users values (1, 'f', 'f')`,
      script: `update users set name = 's'`,
      changed: [`users (id='1'): "name" was 'f', is 's'`],
      declared: [
        `users (id='1'): "name" was 'ann', is 's'; "note" was 'a', is 'f'`,
        `users (id='2'): the row is gone`,
      ],
    },
  ],
  [
    'rows that the migration adds and nobody takes away',
    {
      migration: `insert into users values (3, 'cat', 'c')`,
      script: 'select 1',
      declared: [`users (id='3'): a row that was not there`],
    },
  ],
  [
    'rows that the migration changes while they have no key',
    {
      migration: `alter table users drop constraint users_pkey; update users set note = 'c' where id = 1`,
      script: 'alter table users add primary key (id)',
      declared: [`users (id='1'): "note" was 'a', is 'c'`],
    },
  ],
])('%s', async (_name, { migration, fill = '', script, changed = [], declared = [] }) => {
  await withDatabase(async ({ sql }) => {
    const after = async (text: string) => {
      await sql.unsafe(text);
      return snapshotRows(sql);
    };
    const before = await after(TABLES);
    const applied = await after(migration);
    const filled = await after(fill);
    const undone = await after(script);
    expect(await judgeRows({ before, applied, filled, undone }, script)).toEqual({ changed, declared });
  });
});
