import { offsetOfCharacter, positionOf } from '../../../runner/src/sql/position';

const at = (script: string, needle: string) => positionOf(script, script.indexOf(needle));

test.each([
  ['the first line', 'X', 1, 1, 'X\n^'],
  ['a later line', 'a\nb\n  X c\nd', 3, 3, '  X c\n  ^'],
  ['CRLF', 'a\r\nX\r\nb', 2, 1, 'X\n^'],
  ['a tab', '\tX', 1, 2, ' X\n ^'],
])('%s', (_name, script, line, column, excerpt) => {
  expect(at(script, 'X')).toEqual({ line, column, excerpt });
});

test('the column counts characters, not UTF-16 units', () => {
  expect(at('😀X', 'X').column).toBe(2);
});

test('a long line is shown around the caret', () => {
  const { excerpt, column } = at(`${'a'.repeat(500)}X${'b'.repeat(500)}`, 'X');
  const [shown = '', caret = ''] = excerpt.split('\n');
  expect(shown).toHaveLength(100);
  expect(shown[caret.indexOf('^')]).toBe('X');
  expect(column).toBe(501);
});

test("the server's characters become offsets", () => {
  expect(offsetOfCharacter('a😀b', 2)).toBe(3);
  expect(offsetOfCharacter('ab', 9)).toBe(2);
});
