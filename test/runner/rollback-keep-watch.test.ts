import type { GateError } from '../../runner/src/errors/gate-error';
import type { Loss } from '../../runner/src/rollback/losses/loss';
import { withDatabase } from '../support/database';
import { lossOf, undo } from '../support/keep';

const SETUP = `
  create table full_one (id int, a text, twice int generated always as (id * 2) stored); insert into full_one values (1, 'x');
  create table empty_one (id int, a text);
  create table was_full (id int); insert into was_full values (1); delete from was_full;
  create table root (id int, a text) partition by range (id); create table part partition of root for values from (0) to (9);
  insert into root values (1, 'x');
  create table watched (id int); insert into watched values (1), (2);
  create function clear() returns trigger language plpgsql as $$ begin delete from full_one; return null; end $$;
  create trigger clear after delete on watched execute function clear();
  create table part_2 partition of root for values from (9) to (99);
  create function wipe(what text) returns void language plpgsql as $$ begin execute what; end $$;`;

const dynamic = (statement: string) => `select wipe('${statement}')`;

/** Runs a script with these losses planned, and gives what it is refused for. */
const watch = (script: string, ...planned: readonly (readonly [Loss['kind'], string, string?])[]) =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(SETUP);
    const losses = await Promise.all(planned.map((loss) => lossOf(sql, ...loss)));
    return undo(url, losses, script, { env: { ROLLBACK_KEEP: 'discard' } }).then(
      () => undefined,
      async (error: GateError) => {
        expect(await sql`select a from full_one`).toEqual([{ a: 'x' }]);
        expect(error).toMatchObject({
          exit: 'NO_ROLLBACK',
          remedy: expect.stringMatching(/statement of its own/),
        });
        return error.message.replace(/^.*nothing was changed: /, '');
      },
    );
  });

test.concurrent.each<[string, string, string]>([
  ['a dropped table', dynamic('drop table full_one'), 'table "public"."full_one"'],
  ['a dropped column', dynamic('alter table full_one drop column a'), 'column "public"."full_one"."a"'],
  [
    'a column that is made again',
    dynamic('alter table full_one drop column a, add column a text'),
    'column "public"."full_one"."a"',
  ],
  [
    'a table that is made again',
    dynamic('drop table full_one; create table full_one (id int, a text)'),
    'table "public"."full_one"',
  ],
  ['a truncated table', dynamic('truncate full_one'), 'all rows of "public"."full_one"'],
  ['deleted rows', dynamic('delete from full_one'), 'rows of "public"."full_one"'],
  ['deleted rows of a partition', dynamic('delete from root'), 'rows of "public"."part"'],
  ['a partition', `do $$ begin drop table part; end $$`, 'table "public"."part"'],
  ['a column of partitions', dynamic('alter table root drop column a'), 'column "public"."part"."a"'],
])('%s beyond the plan undoes everything', async (_name, script, expected) => {
  expect(await watch(script)).toBe(expected);
});

test.concurrent.each<[string, string, ...(readonly [Loss['kind'], string, string?])[]]>([
  ['what was empty', dynamic('drop table empty_one, was_full')],
  ['a row that moves to another partition', dynamic('update root set id = id + 20')],
  ['rows that are written anew', dynamic('delete from full_one; insert into full_one values (1)')],
  ['planned rows', dynamic('delete from full_one'), ['rows', 'full_one']],
  ['a column of an empty table', dynamic('alter table empty_one drop column a')],
  ['a computed column', dynamic('alter table full_one drop column twice')],
  [
    'a rename and a move',
    'alter table full_one rename a to b; create schema s; alter table full_one set schema s',
  ],
  [
    'a table that was rewritten, also an empty one',
    'alter table was_full alter id type bigint; alter table full_one alter a type varchar(9)',
  ],
  ['a table of the script’s own', 'create table new_one as select 1 as a; drop table new_one'],
  ['a planned table, with its partitions', 'drop table root', ['table', 'root']],
  ['a planned column of partitions', 'alter table root drop column a', ['column', 'root', 'a']],
  ['a planned TRUNCATE', 'truncate root, full_one', ['rows', 'root'], ['rows', 'full_one']],
])('%s is let through', async (_name, script, ...planned) => {
  expect(await watch(script, ...planned)).toBeUndefined();
});

test.concurrent('rows that a trigger deletes beyond the plan undo everything', async () => {
  expect(await watch('delete from watched where id = 1', ['rows', 'watched'])).toBe(
    'rows of "public"."full_one"',
  );
});

test.concurrent('looking into tables leaves no lock on them, and does not wait for one', () =>
  withDatabase(async ({ url, sql }) => {
    await sql.unsafe(SETUP);
    await sql.begin(async (other) => {
      await other`lock table full_one in access exclusive mode`;
      const script = `do $$ begin if exists (select from pg_locks where pid = pg_backend_pid() and relation = 'part'::regclass) then
        raise 'locked'; end if; end $$`;
      await undo(url, [], script);
    });
  }));
