import type { Loss } from '../../runner/src/rollback/losses/loss';
import { renderLosses } from '../../runner/src/rollback/losses/render-losses';

const LONG = 'a_table_with_a_rather_long_name_as_they_are_found_in_the_wild.x'.repeat(2);
const table = (oid: number, bytes: number) => ({ oid, schema: 'public', name: `t${oid}`, bytes });
const loss = (more: Partial<Loss>): Loss => ({
  kind: 'table',
  what: 'table t',
  migration: '0001_two',
  ...more,
});

const LOSSES: readonly Loss[] = [
  loss({ what: 'table p', rows: 1204, isEstimate: true, table: table(1, 3 * 2 ** 20) }),
  loss({ what: 'table p1', via: 'DROP TABLE p', within: 1, table: table(2, 2 ** 20) }),
  loss({ what: 'table p2', via: 'DROP TABLE p', within: 1, table: table(3, 2 ** 20) }),
  loss({ kind: 'column', what: `column ${LONG}`, migration: LONG, rows: 1, table: table(4, 9) }),
  loss({
    kind: 'rows',
    what: 'rows of u',
    uncounted: `this role may not read ${LONG}`,
    table: table(5, 2 ** 10),
  }),
  loss({ kind: 'object', what: 'view v', via: `DROP TABLE ${LONG} CASCADE` }),
];

test('no line is wider than a terminal, and nothing of a name or count is left out', () => {
  const text = renderLosses(LOSSES);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(96);
  const cells = text.split('\n').filter((line) => line.startsWith('│'));
  const columns = [1, 2, 4].map((at) => cells.map((line) => line.split('│')[at]?.trim()).join(''));
  expect(columns[0]).toContain(`column${LONG}`);
  expect(columns[1]).toContain('about 1,204 rows1 value');
  expect(columns[2]).toContain(LONG);
});

test('partitions are told with their table, and sums count each row once', () => {
  const text = renderLosses(LOSSES);
  expect(text).toContain('table p with 2 partitions');
  expect(text).not.toContain('table p1');
  expect(text).toContain('in all: about 1,204 rows and 1 value, 3 MB, 1 not counted');
});

test('one loss is one line', () => {
  const [first] = LOSSES;
  expect(first && renderLosses([first])).toBe(
    '- table p: about 1,204 rows, 3 MB\nin all: about 1,204 rows, 3 MB',
  );
});
