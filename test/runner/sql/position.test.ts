import { offsetOfCharacter, positionOf } from '../../../runner/src/sql/position';

test.each([
  ['the first line', 'X', 1, 1],
  ['a later line', 'a\nb\n  X c\nd', 3, 3],
  ['CRLF', 'a\r\nX\r\nb', 2, 1],
  ['a tab is one character', '\tX', 1, 2],
  ['characters, not UTF-16 units', '😀X', 1, 2],
])('%s', (_name, script, line, column) => {
  expect(positionOf(script, script.indexOf('X'))).toEqual({ line, column });
});

test("the server's characters become offsets", () => {
  expect(offsetOfCharacter('a😀b', 2)).toBe(3);
  expect(offsetOfCharacter('ab', 9)).toBe(2);
});
