import { matchTarget } from '../../core/journal';

const TAGS = ['0000_first', '0001_a', '0001_b', '0012_twelve', '20250101000000_later', '1a_odd'];

test.each<[string, string[]]>([
  ['0012_twelve', ['0012_twelve']],
  ['0012', ['0012_twelve']],
  ['12', ['0012_twelve']],
  ['0', ['0000_first']],
  ['1', ['0001_a', '0001_b']],
  ['20250101000000', ['20250101000000_later']],
  ['012', []],
  ['000', []],
  ['2', []],
  ['twelve', []],
  ['', []],
])('%j means %j', (wanted, expected) => {
  expect(matchTarget(TAGS, wanted)).toEqual(expected);
});
