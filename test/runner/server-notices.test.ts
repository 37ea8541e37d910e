import { describeNotice, isTold } from '../../runner/src/database/server-notice';
import { showRowData } from '../../runner/src/errors/row-data';
import { withDatabase } from '../support/database';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';
import { environment, expectExit, named, runRunner } from '../support/runner';

const migrate = (url: string, migrations: readonly FolderMigration[]) =>
  runRunner({ args: ['migrate'], env: environment(url, migrationsFolder(migrations)) });

const SPEAKING = {
  tag: '0000_speaking',
  sql: `create table t (a int);
    do $$ begin raise notice 'hello %', 1; raise warning 'careful' using hint = 'look'; end $$;
    create table if not exists t (a int);
    do $$ begin raise notice 'to postgresql://me:hush-hush@host/db'; end $$;`,
};

const AT_COMMIT = {
  tag: '0001_at_commit',
  sql: `create function say() returns trigger language plpgsql as
      $$ begin raise notice 'at commit'; return null; end $$;
    create constraint trigger say after insert on t deferrable initially deferred for each row execute function say();
    insert into t values (1);`,
};

test('what a migration makes the server say is told, with its place', () =>
  withDatabase(async ({ url }) => {
    const result = await migrate(url, [SPEAKING, AT_COMMIT]);
    expectExit(result, 'OK');
    const at = (statement: number) => ({ migration: SPEAKING.tag, statement });
    const notices = named(result, 'server_notice');
    expect(notices).toMatchObject([
      { ...at(2), level: 'info', message: 'NOTICE: hello 1', severity: 'NOTICE', sqlstate: '00000' },
      { ...at(2), level: 'warn', message: 'WARNING: careful', sqlstate: '01000', detail: 'hint: look' },
      { ...at(3), message: 'NOTICE: relation "t" already exists, skipping', sqlstate: '42P07' },
      { ...at(4), message: 'NOTICE: to postgresql://me:***@host/db' },
      { message: 'NOTICE: at commit' },
    ]);
    expect(notices.at(-1)).not.toHaveProperty('statement');
  }));

test('of a flood, the first notices are told and the others counted', () =>
  withDatabase(async ({ url }) => {
    const flood = (what: string) =>
      `do $$ begin for i in 1..100000 loop raise notice '${what} %', i; end loop; end $$;`;
    const result = await migrate(url, [
      { tag: '0000_flood', sql: `${flood('drop')} do $$ begin raise notice 'after it'; end $$;` },
    ]);
    expectExit(result, 'OK');
    const notices = named(result, 'server_notice');
    expect(notices).toHaveLength(52);
    expect(notices.slice(49)).toMatchObject([
      { message: 'NOTICE: drop 50', statement: 1 },
      { message: 'and 99950 more notices of the same statement, left out', left_out: 99950, statement: 1 },
      { message: 'NOTICE: after it', statement: 2 },
    ]);
    expect(result.milliseconds).toBeLessThan(10_000);
  }));

test.each([
  ['of a migration: every remark', { severity: 'NOTICE' }, true, true],
  ['of a migration: what is meant for a debugger', { severity: 'DEBUG' }, true, false],
  ['of our own: a remark, that a table is there already', { severity: 'NOTICE' }, false, false],
  [
    'of our own: what code in the database raises',
    { severity: 'NOTICE', where: 'function f()' },
    false,
    true,
  ],
  ['of our own: a warning, of a collation that has changed', { severity: 'WARNING' }, false, true],
])('%s', (_name, notice, isOfMigration, told) => {
  expect(isTold({ code: '00000', message: 'x', ...notice }, isOfMigration)).toBe(told);
});

describe('the words of a notice', () => {
  const notice = { severity: 'NOTICE', code: '00000', message: 'x' };
  afterEach(() => showRowData(false));

  test('a long one is cut, and says how long it was', () => {
    const { message } = describeNotice({ ...notice, message: 'x'.repeat(1_000_000) });
    expect(message).toHaveLength('NOTICE: '.length + 2000 + '… (1000000 characters)'.length);
  });

  test('lists of names are shown; what can be row data, only where that is allowed', () => {
    const dropped = { ...notice, detail: 'drop cascades to view v', routine: 'reportDependentObjects' };
    expect(describeNotice(dropped).detail).toBe('DETAIL: drop cascades to view v');
    const row = { ...notice, detail: 'Key (a)=(7)', where: 'PL/pgSQL function f()' };
    expect(describeNotice(row).detail).toBe('');
    showRowData(true);
    expect(describeNotice(row).detail).toBe('DETAIL: Key (a)=(7)\nCONTEXT: PL/pgSQL function f()');
  });
});
