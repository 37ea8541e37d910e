import postgres from 'postgres';
import { EXIT } from '../../../core/contract';
import type { GateError } from '../../../runner/src/errors/gate-error';
import { redact } from '../../../runner/src/errors/redact';
import { showRowData } from '../../../runner/src/errors/row-data';
import { statementError } from '../../../runner/src/errors/statement-error';
import { ADOPT, withExistsRemedy } from '../../../runner/src/migrate/exists-remedy';
import { splitStatements } from '../../../runner/src/sql/split-statements';
import { withDatabase } from '../../support/database';

/** What every failing script finds: a table with rows, and things that depend on it. */
const BEFORE = `
  create table one (id int unique, name text, amount numeric);
  insert into one values (1, 'row-value-4711', 1), (2, 'row-value-4711', 2), (3, null, -3);
  create view seen as select name from one;
  create table child (one_id int references one (id));
  create table loose (one_id int);
  insert into loose values (4711);
  create function inner_fails() returns void language plpgsql as $$
  begin
    perform nothing from one;
  end $$;
  create function endless() returns int language sql as 'select 1';
  create or replace function endless() returns int language plpgsql as $$ begin return endless(); end $$;
`;

let admin: postgres.Sql;
let drop: () => Promise<void>;

beforeAll(
  () =>
    new Promise<void>((resolve, reject) => {
      const closed = withDatabase(async ({ url, sql }) => {
        await sql.unsafe(BEFORE);
        // The server's own words and places are what counts here; the bundle is tested elsewhere.
        admin = postgres(url, { max: 1, onnotice: () => undefined });
        resolve();
        await new Promise<void>((end) => {
          drop = async () => {
            await admin.end();
            end();
            await closed;
          };
        });
      });
      closed.catch(reject);
    }),
);
afterAll(() => drop());
afterEach(() => showRowData(false));

/** The error of the first statement that fails; everything is rolled back. */
async function fail(script: string): Promise<GateError> {
  try {
    await admin.unsafe('begin');
    for (const [index, { text, start }] of splitStatements(script).entries()) {
      try {
        await admin.unsafe(text).simple();
      } catch (error) {
        const statement = { text, start, number: index + 1 };
        return statementError(error, { file: '0000_it.sql', script, statement, migration: '0000_it' });
      }
    }
  } finally {
    await admin.unsafe('rollback');
  }
  throw new Error('nothing failed');
}

/** PostgreSQL 14 says that the file is missing. */
const MISSING_EXTENSION: [string, string] =
  Number(process.env.TEST_SERVER_MAJOR) < 15
    ? ['58P01', 'undefined_file']
    : ['0A000', 'feature_not_supported'];

test.each<[sql: string, isAdoption: boolean]>([
  ['create table one ()', true],
  ['create schema public', true],
  ['alter table one add name text', true],
  ['create role postgres', false],
  ['create extension plpgsql', false],
  ['create tabel x ()', false],
])('%s where nothing was recorded: %j that baseline comes first', async (sql, isAdoption) => {
  const failure = await fail(sql);
  expect(withExistsRemedy(failure, true).remedy).toBe(isAdoption ? ADOPT : failure.remedy);
  expect(withExistsRemedy(failure, false)).toBe(failure);
});

test.each<[sqlstate: string, name: string, sql: string, remedy: RegExp]>([
  [...MISSING_EXTENSION, 'create extension no_such_thing', /install the package of the extension/],
  ['0A000', 'feature_not_supported', 'alter table one alter name type varchar', /drop the view/],
  [
    '22001',
    'string_data_right_truncation',
    'create table n as select name::text from one; alter table n alter name type varchar(3)',
    /shorten/,
  ],
  ['22012', 'division_by_zero', 'select 1 / (amount - 1) from one', /divisor/],
  [
    '22P02',
    'invalid_text_representation',
    'alter table child add n int; insert into child (n) select name::int from one',
    /correct the values/,
  ],
  ['23502', 'not_null_violation', 'alter table one alter name set not null', /fill the column/],
  [
    '23503',
    'foreign_key_violation',
    'alter table loose add foreign key (one_id) references one (id)',
    /point nowhere/,
  ],
  ['23505', 'unique_violation', 'create unique index on one (name)', /duplicate rows/],
  ['23514', 'check_violation', 'alter table one add check (amount > 0)', /break the constraint/],
  ['2BP01', 'dependent_objects_still_exist', 'drop table one', /dependent objects first/],
  ['3F000', 'invalid_schema_name', 'create table nowhere.t ()', /create the schema/],
  ['42601', 'syntax_error', 'create tabel x ()', /caret/],
  [
    '42701',
    'duplicate_column',
    'alter table one add name text',
    /exists already: .*baseline --to TAG`; otherwise drop/,
  ],
  ['42703', 'undefined_column', 'select nothing from one', /add the column/],
  ['42704', 'undefined_object', 'drop type nothing', /create the object/],
  ['42710', 'duplicate_object', 'create role postgres', /roles belong to the whole cluster/],
  ['42710', 'duplicate_object', 'create extension plpgsql', /IF NOT EXISTS/],
  [
    '42710',
    'duplicate_object',
    'create type m as enum (); create type m as enum ()',
    /exists already: .*baseline --to TAG`; otherwise drop/,
  ],
  [
    '42723',
    'duplicate_function',
    "create function endless() returns int language sql as 'select 1'",
    /OR REPLACE FUNCTION; or .*baseline --to/,
  ],
  ['42804', 'datatype_mismatch', 'alter table loose alter one_id type date', /USING/],
  [
    '42830',
    'invalid_foreign_key',
    'create table c (n numeric references one (amount))',
    /unique constraint first/,
  ],
  ['42883', 'undefined_function', 'select nothing_like(1)', /create the function/],
  ['42P01', 'undefined_table', 'alter table nothing add a int', /create the table/],
  ['42P06', 'duplicate_schema', 'create schema public', /IF NOT EXISTS; or .*baseline --to/],
  ['42P07', 'duplicate_table', 'create table one ()', /exists already: .*baseline --to TAG`; otherwise drop/],
  ['42P16', 'invalid_table_definition', 'create or replace view seen as select 1 as n', /view/],
  ['54001', 'statement_too_complex', 'select endless()', /max_stack_depth/],
  [
    '55006',
    'object_in_use',
    'alter table child alter constraint child_one_id_fkey deferrable initially deferred; insert into child values (1); alter table child add n int',
    /earlier migration/,
  ],
  ['P0001', 'raise_exception', "do $$ begin raise 'stop'; end $$", /RAISE/],
])('%s %s: %s', async (sqlstate, name, sql, remedy) => {
  const { message, exitCode, ...error } = await fail(sql);
  expect({ exitCode, ...error }).toMatchObject({
    ...{ exitCode: EXIT.MIGRATION_FAILED.code, sqlstate, remedy: expect.stringMatching(remedy) },
  });
  expect(message).toContain(`(SQLSTATE ${sqlstate} ${name})`);
  expect(message).toMatch(/^0000_it\.sql:1:\d+: statement \d: /);
  // No value of a row, wherever the server would repeat it.
  expect(`${message}${error.detail}`).not.toContain('4711');
});

test('a statement inside a DO body is pointed at in the file', async () => {
  const body = "\tselect '表';\ndo $$\nbegin\n  perform nothing from one;\nend $$;";
  const { message, detail } = await fail(body);
  expect(message).toMatch(/^0000_it\.sql:4:11: statement 2: column "nothing" does not exist/);
  expect(detail).toMatch(/^ {2}perform nothing from one;\n {10}\^\n/);
  const assignment = await fail('do $$ declare n int; begin\n n := nothing + 1; end $$');
  expect(assignment.message).toMatch(/^0000_it\.sql:2:7: /);
});

test('a statement that stands twice in the body is not guessed at', async () => {
  const { message } = await fail(
    'do $$\nbegin\nperform nothing; if false then perform nothing; end if; end $$',
  );
  expect(message).toMatch(/^0000_it\.sql:1:1: /);
});

test('what fails inside a function of the database is told with the statement that called it', async () => {
  const { message, detail } = await fail('\nselect 1, inner_fails();');
  expect(message).toMatch(/^0000_it\.sql:2:1: statement 1: column "nothing" does not exist/);
  expect(detail).toMatch(/^select 1, inner_fails\(\);?\nthe server's CONTEXT left out/);
});

test('with the switch DETAIL, CONTEXT and values are shown', async () => {
  showRowData(true);
  const unique = await fail('create unique index on one (name)');
  expect(unique.detail).toMatch(/\nDETAIL: Key \(name\)=\(row-value-4711\) is duplicated/);
  const context = await fail('select inner_fails();');
  expect(context.detail).toMatch(/\nCONTEXT: PL\/pgSQL function inner_fails\(\) line 3 at PERFORM/);
  expect((await fail('select name::int from one')).message).toContain('"row-value-4711"');
});

test.each([
  ["alter role nobody_there password 'Sup3rS3cret'"],
  ["alter role postgres password 'again' 'Sup3rS3cret'"],
  ["create role r password 'again'; create role r password\n'Sup3rS3cret'"],
  ["create extension dblink; select dblink_connect('host=127.0.0.1 port=1 password=Sup3rS3cret')"],
  [
    "create extension postgres_fdw; create server s foreign data wrapper postgres_fdw options (password 'Sup3rS3cret')",
  ],
  ["do $$ begin execute 'alter role nobody_there password ''Sup3rS3cret'''; end $$"],
  ["create subscription s connection 'password=Sup3rS3cret' publication"],
])('a password in a failing statement is not shown: %s', async (sql) => {
  for (const shown of [false, true]) {
    showRowData(shown);
    const { message, detail, remedy } = await fail(sql);
    expect(message).toMatch(/SQLSTATE/);
    expect(redact([message, detail, remedy].join('\n'))).not.toContain('Sup3rS3cret');
  }
});
