import { BottomLine } from '../../../runner/src/terminal/bottom-line';
import { cutToWidth } from '../../../runner/src/terminal/cut-to-width';
import { ScreenEmulator } from './screen-emulator';

function lineOn(columns = 40) {
  const screen = new ScreenEmulator(columns);
  const line = new BottomLine(screen, (text) => `\u001b[2m${text}\u001b[22m`);
  const event = (text: string) => line.around(() => void screen.write(`${text}\n`));
  return { screen, line, event };
}

test('events are written above the line, and nothing of it is left', () => {
  const { screen, line, event } = lineOn();
  event('one');
  line.show('a long line');
  expect(screen.lines).toEqual(['one', 'a long line']);
  event('two');
  line.show('shorter');
  expect(screen.lines).toEqual(['one', 'two', 'shorter']);
  line.show('');
  event('three');
  expect(screen.lines).toEqual(['one', 'two', 'three', '']);
});

test('what is there already is not drawn again', () => {
  const { screen, line } = lineOn();
  line.show('the same');
  line.show('the same');
  expect(screen.written).toHaveLength(1);
  line.show('');
  line.show('');
  expect(screen.written).toHaveLength(2);
});

test('it never has more columns than there are, also in a window that became narrower', () => {
  const { screen, line, event } = lineOn(20);
  line.show('x'.repeat(30));
  expect(screen.lines).toEqual([`${'x'.repeat(18)}…`]);
  screen.resize(8);
  expect(screen.lines).toHaveLength(3);
  line.show('x'.repeat(30));
  expect(screen.lines).toEqual(['xxxxxx…']);
  screen.resize(3);
  event('event');
  expect(screen.lines.slice(0, -1)).toEqual(['event']);
  line.show('');
  expect(screen.lines).toEqual(['event', '']);
});

test('a terminal without a known width has 80 columns', () => {
  const { screen, line } = lineOn(0);
  line.show('x'.repeat(100));
  expect(screen.lines[0]).toHaveLength(79);
});

test('wide characters take two columns, marks none, and none is cut in the middle', () => {
  expect(cutToWidth('日本語', 6)).toBe('日本語');
  expect(cutToWidth('日本語', 5)).toBe('日本…');
  expect(cutToWidth('日本語', 4)).toBe('日…');
  expect(cutToWidth('e\u0301e\u0301', 2)).toBe('e\u0301e\u0301');
  expect(cutToWidth('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  expect(cutToWidth('👩‍👩‍👧‍👦 x', 3)).toBe('👩‍👩‍👧‍👦…');
  expect(cutToWidth('abc', 0)).toBe('');
});
