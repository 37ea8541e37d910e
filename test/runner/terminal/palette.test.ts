import { hasColors, PLAIN, palette } from '../../../runner/src/terminal/palette';

const TERMINAL = { isTTY: true };
const FILE = {};

test.each([
  ['a terminal', TERMINAL, {}, true],
  ['no terminal', FILE, {}, false],
  ['a terminal that can nothing', TERMINAL, { TERM: 'dumb' }, false],
  ['any value of NO_COLOR', TERMINAL, { NO_COLOR: '0' }, false],
  ['an empty NO_COLOR, which counts as unset', TERMINAL, { NO_COLOR: '' }, true],
  ['FORCE_COLOR without a terminal', FILE, { FORCE_COLOR: '1', TERM: 'dumb' }, true],
  ['FORCE_COLOR=0', TERMINAL, { FORCE_COLOR: '0' }, false],
  ['FORCE_COLOR=false', TERMINAL, { FORCE_COLOR: 'false' }, false],
  ['NO_COLOR against FORCE_COLOR', TERMINAL, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('%s', (_name, stream, env, expected) => {
  expect(hasColors(stream, env)).toBe(expected);
});

test('without colours a text stays as it is', () => {
  expect(PLAIN.failure('text')).toBe('text');
  expect(palette(true).failure('text')).toBe('\u001b[31mtext\u001b[39m');
});
