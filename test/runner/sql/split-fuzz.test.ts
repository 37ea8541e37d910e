import fc from 'fast-check';
import { loadModule, parseSync, scanSync } from 'libpg-query';
import { splitStatements } from '../../../runner/src/sql/split-statements';
import { withDatabase } from '../../support/database';

beforeAll(loadModule);

/** Where PostgreSQL's own scanner sees a semicolon that ends a statement; undefined when it refuses the text. */
function scannedPieces(script: string): string[] | undefined {
  const bytes = Buffer.from(script);
  const at = (offset: number) => bytes.subarray(0, offset).toString().length;
  let tokens: ReturnType<typeof scanSync>['tokens'];
  try {
    ({ tokens } = scanSync(script));
  } catch {
    return undefined;
  }
  const pieces: string[] = [];
  let depth = 0;
  let start = -1;
  let end = 0;
  const finish = () => {
    if (start >= 0) pieces.push(script.slice(start, end));
    start = -1;
    depth = 0;
  };
  for (const { tokenName, start: from, end: to } of tokens) {
    if (tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT') continue;
    if (tokenName === 'ASCII_59' && depth === 0) {
      finish();
      continue;
    }
    if (tokenName === 'ASCII_40') depth += 1;
    if (tokenName === 'ASCII_41') depth = Math.max(0, depth - 1);
    if (start < 0) start = at(from);
    end = at(to);
  }
  finish();
  return pieces;
}

const TEXT = fc.string({
  unit: fc.constantFrom(
    ';',
    "'",
    '"',
    '\\',
    '$',
    '$$',
    '--',
    '/*',
    '*/',
    '\n',
    '\r\n',
    ' ',
    'a',
    'é',
    '😀',
    '(',
    ')',
  ),
  maxLength: 6,
});
const quoted = (quote: string) => TEXT.map((text) => quote + text.replaceAll(quote, quote + quote) + quote);
const string = quoted("'");

/** Whole elements of the language, put together in ways that nobody would write. */
const ELEMENT = fc.oneof(
  string,
  quoted('"'),
  string.map((text) => `E${text.replaceAll('\\', '\\\\')}`),
  TEXT.map((text) => `e'${text.replaceAll(/['\\]/g, '\\$&')}'`),
  string.map((text) => `N${text}`),
  string.map((text) => `U&${text.replaceAll('\\', '')}`),
  quoted('"').map((text) => `U&${text.replaceAll('\\', '')}`),
  fc.constantFrom(`b'01'`, `X'1F'`, '$1', '$12', '1', '1.5', '.5', '1e10', '0x1F', '1_000'),
  fc
    .tuple(fc.constantFrom('', 'a', 'é', '_1', 'A'), TEXT)
    .map(([tag, text]) => `$${tag}$${text.replaceAll('$', '')}$${tag}$`),
  TEXT.map((text) => `--${text.replaceAll(/[\r\n]/g, '')}\n`),
  TEXT.map((text) => `/*${text.replaceAll(/\/\*|\*\/|[*/]/g, '')}*/`),
  fc.constantFrom('/*/**/;*/', '/* /* ; */ */', `/*'*/`, '--;\r', `'a'\n'b'`, `E'a'\n  '\\'b;'`),
  fc.constantFrom('a', 'E', 'e', 'name$', 'a$$b', 'größe', 'U', '\u00A0', '\u3000x', 'BEGIN', 'END', 'CASE'),
  fc.constantFrom(
    ';',
    ';',
    '(',
    ')',
    ',',
    '.',
    '::',
    '+',
    '-',
    '*',
    '/',
    '<->',
    '@-',
    '||',
    '|/',
    ' ',
    '\n',
    '\t',
  ),
);

/** Pieces as they are, glued together. Some of this never ends what it begins; the scanner refuses that. */
const RAW = fc.constantFrom(
  ...[
    "'",
    '"',
    "E'",
    '\\',
    '$$',
    '$a$',
    '$',
    '--',
    '/*',
    '*/',
    ';',
    '(',
    ')',
    '\n',
    '\r',
    ' ',
    'e',
    'a',
    '1',
  ],
  ...['é', '\u00A0', '\\;', "''", "U&'", '-', '/', '*', '.', ':'],
);

const SCRIPT = fc.oneof(
  fc.array(ELEMENT, { maxLength: 14 }).map((elements) => elements.join('')),
  fc.array(ELEMENT, { maxLength: 14 }).map((elements) => elements.join(' ')),
  fc.array(RAW, { maxLength: 16 }).map((elements) => elements.join('')),
);

/** Here the parser's library differs from the server, which another test asks. */
const COMMENT_BETWEEN = /'\s*(?:--[^\n\r]*[\n\r]\s*)+'/;

test("statements end where PostgreSQL's own scanner sees them end", () => {
  let compared = 0;
  fc.assert(
    fc.property(SCRIPT, (script) => {
      const expected = scannedPieces(script);
      if (!expected || COMMENT_BETWEEN.test(script)) return;
      compared += 1;
      expect(splitStatements(script).map(({ text }) => text)).toEqual(expected);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 3000) },
  );
  // Enough of it must be what the scanner accepts, or the property says nothing.
  expect(compared).toBeGreaterThan(1000);
});

const EXPRESSION = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('1', 'a', `';end'`, 'x.end', 't."end"', '$$end;$$'),
    tie('expression').map((inner) => `(${inner})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `case when ${a} is null then ${b} end`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `CASE ${a} WHEN 1 THEN ${b} ELSE 2 END`),
  ),
})).expression;
const BODY = fc.oneof(
  EXPRESSION.map((expression) => `select ${expression};`),
  EXPRESSION.map((expression) => `select ${expression} as end;`),
  EXPRESSION.map((expression) => `insert into begin values (${expression}) /* end; */;`),
  EXPRESSION.map((expression) => `return ${expression};`),
  fc.constantFrom('select 1 as case;', 'select t.case from t; -- end\n', 'delete from atomic;'),
);
const ROUTINE = fc
  .tuple(
    fc.constantFrom(
      'create function f()',
      'CREATE OR REPLACE FUNCTION begin.atomic()',
      'create procedure "end"()',
    ),
    fc.constantFrom('', 'language sql', 'set search_path to begin'),
    fc.array(BODY, { maxLength: 4 }),
  )
  .map(([head, option, body]) => `${head} ${option} begin atomic ${body.join(' ')} end`);
const OTHER = fc.constantFrom(
  'select 1',
  'select 2 as begin',
  'begin',
  'end',
  'create rule r as on insert to t do also (insert into a values (1); delete from b)',
  'create function g() returns int return case when true then 1 end',
  `create function h() returns void language plpgsql as $$ begin case when true then null; end case; end $$`,
  'create table begin (atomic int)',
  'select case when true then 1 end',
);

test('an escape string goes on behind a comment, as for the server', () =>
  withDatabase(async ({ sql }) => {
    for (const text of [`select E'a' -- ';\n '\\';' as x`, `select E'a'\n -- '\n  '\\';' as x`]) {
      expect(splitStatements(`${text}; select 2`)).toHaveLength(2);
      expect(await sql.unsafe(text)).toEqual([{ x: "a';" }]);
    }
  }));

test("bodies of SQL functions end where PostgreSQL's grammar ends them", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(ROUTINE, OTHER), { minLength: 1, maxLength: 4 }), (statements) => {
      // The grammar accepts each alone, so a disagreement is the splitter's.
      for (const statement of statements) expect(parseSync(statement).stmts).toHaveLength(1);
      const script = `${statements.join(';\n')};`;
      expect(parseSync(script).stmts).toHaveLength(statements.length);
      expect(splitStatements(script).map(({ text }) => text)).toEqual(statements);
    }),
    { numRuns: 400 },
  );
});
