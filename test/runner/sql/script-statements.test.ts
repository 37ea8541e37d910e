import { readStatements } from '../../../runner/src/sql/script-statements';

const textsOf = async (sql: string) => (await readStatements(sql)).map(({ text }) => text);
const MARK = '--> statement-breakpoint';

/** What drizzle-kit and people write around Drizzle's breakpoint. */
test.each<[string, string, string[]]>([
  ['cuts without a semicolon', `select 1\n${MARK}\nselect 2`, ['select 1', 'select 2']],
  ['behind a semicolon', `select 1;${MARK}\nselect 2;`, ['select 1', 'select 2']],
  ['what follows on its line runs, as in Drizzle', `select 1;${MARK}select 2`, ['select 1', 'select 2']],
  ['at the end', `select 1;\n${MARK}\n`, ['select 1']],
  ['alone and doubled', `${MARK}\n${MARK}\nselect 1${MARK}${MARK}`, ['select 1']],
  ['with Windows line ends', `select 1\r\n${MARK}\r\nselect 2\r\n`, ['select 1', 'select 2']],
  ['in a line comment', `select 1\n-- old: select 0; ${MARK}\nselect 2`, ['select 1', 'select 2']],
  ['behind a comment marker', `select 1\n--${MARK}\nselect 2`, ['select 1', 'select 2']],
  [
    'without a space it is a comment',
    'select 1\n-->statement-breakpoint\n+ 1',
    ['select 1\n-->statement-breakpoint\n+ 1'],
  ],
  [
    'without a space, behind a semicolon',
    'select 1;\n-->statement-breakpoint\nselect 2',
    ['select 1', 'select 2'],
  ],
  ['in a string', `select '${MARK}'; select 2`, [`select '${MARK}'`, 'select 2']],
  [
    'in a dollar quote',
    `do $$ begin\n${MARK}\nend $$; select 2`,
    [`do $$ begin\n${MARK}\nend $$`, 'select 2'],
  ],
  ['in a name', `select 1 as "${MARK}"`, [`select 1 as "${MARK}"`]],
  [
    'in a block comment, as drizzle-kit pull writes it',
    `-- introspected\n/*\ncreate table t ();\n${MARK}\n*/`,
    [],
  ],
  [
    'in the body of an SQL function',
    `create function f() returns int begin atomic select 1;\n${MARK}\nselect 2; end; select 3`,
    [`create function f() returns int begin atomic select 1;\n${MARK}\nselect 2; end`, 'select 3'],
  ],
  [
    'in parentheses',
    `create table t (\na int,\n${MARK}\nb int)`,
    [`create table t (\na int,\n${MARK}\nb int)`],
  ],
])('a breakpoint %s', async (_name, sql, expected) => {
  expect(await textsOf(sql)).toEqual(expected);
});

test('numbers and offsets go on across breakpoints', async () => {
  const sql = `\uFEFFselect 1${MARK}\nselect '😀'; select 3;${MARK}\n`;
  const statements = await readStatements(sql);
  expect(statements.map(({ number, text }) => [number, text])).toEqual([
    [1, 'select 1'],
    [2, "select '😀'"],
    [3, 'select 3'],
  ]);
  for (const { text, start } of statements) expect(sql.slice(start, start + text.length)).toBe(text);
});

test('the data behind a COPY FROM STDIN is no SQL', async () => {
  const sql = "copy t from stdin;\n1\tit's; vacuum\n2\tbegin; commit;\n\\.\nselect 2;";
  expect((await readStatements(sql)).map(({ kind }) => kind.kind)).toEqual(['copy-from-stdin']);
  const tidy = 'copy t from stdin;\n1\ta; vacuum;\n\\.\n;select 2;';
  expect((await readStatements(tidy)).map(({ kind }) => kind.kind)).toEqual([
    'copy-from-stdin',
    'transactional',
  ]);
});

test("psql's commands are recognised, because no server understands them", async () => {
  expect((await readStatements('\\connect other\nselect 1;'))[0]?.kind).toEqual({
    kind: 'psql-command',
    what: '\\connect',
  });
});
