import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule, parseSync } from 'libpg-query';
import { splitStatements } from '../../../runner/src/sql/split-statements';
import { FOLDER } from '../../migrations/reference-folder';

beforeAll(loadModule);

const texts = (script: string) => splitStatements(script).map(({ text }) => text);

/** What could be mistaken for the end of a statement, or hide one. */
const TRICKY: Record<string, string> = {
  'a semicolon in a string': "select ';' ; select 2",
  'quotes in a string': "select 'it''s; fine'; select 2",
  'a backslash in a plain string': "select '\\'; select 2",
  'an escaped quote': "select E'\\'; \\\\'; select e'a''b;'; select 3",
  'an escape string over two lines': "select E'a'\n  'b\\'; c' ; select 2",
  'a plain string over two lines': "select 'a'\n'b\\'; select 2",
  'a name that ends in e': "select 1 as somee, name'x;' from (select 'a' as x) q; select 2",
  'a Unicode string': "select U&'\\0061;'; select 2",
  'a national string': "select N'a;b'; select B'01', X'1F'; select 3",
  'a quoted name': 'select 1 as "a;""b;"; select 2 as U&"x;"',
  'a dollar quote': 'select $$ ; \' " $$; select 2',
  'a dollar quote with a tag': 'select $a$ ; $$ ; $b$ ; $a$; select 2',
  'a dollar quote with another alphabet': 'select $тег$ ; $тег$; select 2',
  'dollars in a name': 'select 1 as a$b$; select 2 as c$b$; select 3',
  'dollars after a number': 'select 1,$$;$$; select 2',
  'numbered parameters': 'prepare p as select $1, $2; select 2',
  'a line comment': "select 1 -- it's; not\n; select 2 --; end",
  'a line comment with a carriage return': 'select 1 -- a; b\r; select 2',
  'a line comment behind an operator': "select 1 +-- ' ;\n 2; select 2",
  'a block comment': "select /* ; ' */ 1; select 2",
  'nested block comments': 'select /* ; /* ; */ ; */ 1; /*/ ; */ select 2; select 3 /**/',
  'a division': 'select 4 / 2; select 2 */**/ 3',
  'empty statements': ';;select 1;; ;-- nothing\n;select 2;',
  'a rule with several actions':
    'create rule r as on insert to t do also (insert into a values (1); insert into b values (2)); select 2',
  'a function in SQL':
    "create function f() returns int begin atomic select 1; select case when true then 2 else 3 end; end; select ';'",
  'a function in SQL that is replaced':
    'create or replace procedure p() begin atomic insert into a values ((case when true then 1 end)); end; select 2',
  'columns called end and case':
    'create function f() returns int begin atomic select 1 as end, 2 as case; select t.end from t; end; select 2',
  'a function called begin.atomic':
    "create function begin.atomic() returns int language sql as 'select 1'; select 2",
  'a function in SQL with a breakpoint between AS and the name':
    'create function f() returns int begin atomic select 1 as --> statement-breakpoint\nend; end; select 2',
  'a return without a body': 'create function f() returns int return case when true then 1 end; select 2',
  'a string behind a parameter': "prepare p as select $1,E'\\';'; select 2",
  'an operator that would begin a comment': 'select 1 *-- ;\n 2; select 3 +/* ; */4; select 5 <-- ; \n 6',
  'a space that is a letter for PostgreSQL': 'select 1 as \u00A0e; select 2',
  'a vertical tab': 'select\v1; select 2',
  'Windows line ends': "select 1 -- it's;\r\n; select 'a'\r\n'b;'; select 2\r\n",
  'a parameter called begin':
    "create function f(begin int) returns int language sql as 'select 1;'; select 2",
  'a function that has no body of its own':
    'create function f() returns trigger language plpgsql as $$ begin case when true then null; end case; end $$; select 2',
  'a column called atomic': 'create table begin (atomic int); select 2',
  'other alphabets': "select 'ü;😀' as größe; select '😀';",
  'a byte order mark': '\uFEFFselect 1; select 2',
};

describe("the parser's own split is the same", () => {
  const reference = ['', 'rollback'].flatMap((folder) =>
    readdirSync(join(FOLDER, folder))
      .filter((name) => name.endsWith('.sql'))
      .map((name): [string, string] => [
        join(folder, name),
        readFileSync(join(FOLDER, folder, name), 'utf8'),
      ]),
  );
  test.each([...Object.entries(TRICKY), ...reference])('%s', (_name, script) => {
    // The server is never sent the mark, and its parser would take it for a name.
    const expected = (parseSync(script.replace('\uFEFF', '')).stmts ?? []).map(({ stmt }) =>
      withoutPlaces(stmt),
    );
    const actual = texts(script).map((text) =>
      (parseSync(text).stmts ?? []).map(({ stmt }) => withoutPlaces(stmt)),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(actual).toEqual(expected.map((statement) => [statement]));
  });
});

const PLACES = /^(?:location|rexpr_list_(?:start|end)|list_(?:start|end)|stmt_(?:len|location))$/;

function withoutPlaces(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (PLACES.test(key) ? undefined : value)));
}

test('each statement stands where its offset says, without what is around it', () => {
  const script = ' -- first\n select 1 ; /* second */ select 2 -- end\n;\n😀; insert into t values (1)';
  for (const { text, start } of splitStatements(script)) {
    expect(script.slice(start, start + text.length)).toBe(text);
  }
  expect(texts(script)).toEqual(['select 1', 'select 2', '😀', 'insert into t values (1)']);
});

test.each([
  ["select 'never closed; select 2", 1],
  ["select E'never closed\\", 1],
  ['select $x$ never closed; select 2', 1],
  ['select /* never closed; select 2', 1],
  ['select "never closed; select 2', 1],
  ['', 0],
  ['-- nothing', 0],
])('%s does not hang and gives %i', (script, count) => {
  expect(splitStatements(script)).toHaveLength(count);
});

test('backslashes escape in plain strings once a statement says so, and no longer when it takes that back', () => {
  const script = (value: string) => `set standard_conforming_strings = ${value}; select 'a\\';'; select 2`;
  expect(texts(script('off'))).toEqual([
    'set standard_conforming_strings = off',
    "select 'a\\';'",
    'select 2',
  ]);
  expect(texts(script('on'))).toHaveLength(3);
  expect(texts(script('on'))[1]).toBe("select 'a\\'");
  expect(
    texts(`set local standard_conforming_strings to 'off'; reset all; select '\\'; select 2`),
  ).toHaveLength(4);
});

test('a session in which they escape from the beginning is what a reset goes back to', () => {
  const count = (script: string) => splitStatements(script, undefined, true).length;
  const string = "select 'a\\';'; select 2";
  expect(count(string)).toBe(2);
  for (const back of ['reset all', 'set standard_conforming_strings to default']) {
    expect(count(`set standard_conforming_strings = on; select '\\'; ${back}; ${string}`)).toBe(5);
  }
});

test("psql's own commands are left in place, for the server or a check to refuse", () => {
  expect(texts('\\set x 1\nselect 1; select 2')).toEqual(['\\set x 1\nselect 1', 'select 2']);
});

test('words count only outside strings, names in quotes, comments and bodies', () => {
  const vocabulary = new Set(['VACUUM', 'COMMIT']);
  const words = (script: string) =>
    splitStatements(script, vocabulary).map((statement) => [...statement.words]);
  expect(words('vacuum t; Commit')).toEqual([['VACUUM'], ['COMMIT']]);
  expect(words(`select 'vacuum', "commit" /* vacuum */ -- commit`)).toEqual([[]]);
  expect(words('do $$ begin commit; end $$')).toEqual([[]]);
  expect(words('create function f() returns int begin atomic select 1 as commit; end')).toEqual([[]]);
});

test.each([
  ['plain', "'"],
  ['escape', "E'"],
  ['dollar-quoted', '$$'],
])('20 MB in one %s string are read in a moment', (_name, quote) => {
  const close = quote === '$$' ? '$$' : "'";
  const script = `insert into t (value) values (${quote}${'some text; '.repeat(2_000_000)}${close}); select 2`;
  const started = Date.now();
  expect(splitStatements(script)).toHaveLength(2);
  expect(Date.now() - started).toBeLessThan(3000);
});

test('10 MB in many small values are read in a moment', () => {
  const row = "(12345, 'it''s', null, true, 3.14),\n";
  const script = `insert into t (value) values ${row.repeat(10_000_000 / row.length)} (1); select 2`;
  const started = Date.now();
  expect(splitStatements(script, new Set(['VALUE']))).toHaveLength(2);
  expect(Date.now() - started).toBeLessThan(3000);
});
