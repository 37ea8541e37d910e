import stringWidth from 'string-width';
import { excerptOf } from '../../../runner/src/errors/excerpt';
import { keepSecret } from '../../../runner/src/errors/redact';

const at = (script: string, needle = 'X') => excerptOf(script, script.indexOf(needle));

test.each([
  ['the first line', 'X', 'X\n^'],
  ['a later line', 'a\nb\n  X c\nd', '  X c\n  ^'],
  ['an empty first line', '\nX', 'X\n^'],
  ['CRLF', 'a\r\nX\r\nb', 'X\n^'],
  ['tabs', '\t\tX\ty', '  X y\n  ^'],
  ['wide characters', '表名 X', '表名 X\n     ^'],
  ['characters beyond 16 bits', '😀X', '😀X\n  ^'],
  ['combining marks', 'e\u0301X', 'e\u0301X\n ^'],
  ['control characters', '\u001b[31mX\u0007', ' [31mX\n     ^'],
  [
    'a password',
    "alter role a password 'pw' X",
    "alter role a password '***' X\n                            ^",
  ],
])('%s', (_name, script, excerpt) => {
  expect(at(script)).toBe(excerpt);
});

test('the end of the script', () => {
  expect(excerptOf('select', 6)).toBe('select\n      ^');
  expect(excerptOf('select\n', 7)).toBe('\n^');
  expect(excerptOf('select', 99)).toBe('select\n      ^');
});

test('without a place there is no caret', () => {
  expect(excerptOf('one\ntwo', 4, { caret: false })).toBe('two');
});

test.each([
  ['ascii', 'a', 'b'],
  ['wide', '表', '名'],
  ['surrogate pairs', '😀', '😃'],
])('a long line of %s characters is shown around the caret, in one line of a terminal', (_name, one, two) => {
  const [shown = '', caret = ''] = at(`${one.repeat(5000)}X${two.repeat(5000)}`).split('\n');
  expect(stringWidth(shown)).toBeLessThanOrEqual(102);
  expect(shown).toMatch(/^….+X.+…$/u);
  expect(Buffer.from(shown).toString()).toBe(shown);
  expect(stringWidth(shown.slice(0, shown.indexOf('X')))).toBe(caret.indexOf('^'));
});

test('a line that just fits is not cut', () => {
  const line = `X${'a'.repeat(99)}`;
  expect(at(line)).toBe(`${line}\n^`);
  expect(at(`${'a'.repeat(99)}X`)).toBe(`${'a'.repeat(99)}X\n${' '.repeat(99)}^`);
});

test('megabytes in one line take no time', () => {
  const started = performance.now();
  at(`insert into t values ${"('a'), ".repeat(1_000_000)}X`);
  expect(performance.now() - started).toBeLessThan(500);
});

test('a password whose word stands on the line above is hidden, and a caret inside it tells nothing', () => {
  const script = "create role a login password\n  'pass-word-X';";
  expect(excerptOf(script, script.indexOf('X'))).toBe("  '***';\n   ^");
});

test('a known secret is hidden with the caret still in its place', () => {
  keepSecret('excerpt-secret');
  expect(at("select 'excerpt-secret', X")).toBe("select '***', X\n              ^");
});

test('the caret stays in its place also behind the password of a URL, and inside a word that is none', () => {
  keepSecret('low');
  expect(at("select 'postgres://u:pass@h', X")).toBe(
    "select 'postgres://u:***@h', X\n                             ^",
  );
  expect(at('grant lowly to low, X')).toBe('grant lowly to ***, X\n                    ^');
});
