import Table from 'cli-table3';
import { boxTable } from '../../runner/src/report/box-table';

/** The same by the library that draws the other tables. */
function libraryTable(head: string[], rows: string[][]): string {
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  table.push(...rows);
  return table.toString();
}

test.each([
  [
    'cells of any length',
    [
      ['0000_one', 'applied', '1'],
      ['0001_another', 'out of order', ''],
    ],
  ],
  ['no row', []],
  [
    'wide letters and signs',
    [
      ['日本語', '👍🏽', 'é'],
      ['ключ', '', '12'],
    ],
  ],
])('a table with %s is drawn as the library draws it', (_what, rows) => {
  const head = ['migration', 'state', 'history id'];
  expect(boxTable(head, rows)).toBe(libraryTable(head, rows));
});

test('a line end in a cell does not break the table', () => {
  expect(boxTable(['name'], [['one\ntwo']])).toBe('┌─────────┐\n│ name    │\n│ one two │\n└─────────┘');
});
