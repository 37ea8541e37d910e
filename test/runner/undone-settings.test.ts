import { undoneSettings } from '../../runner/src/migrate/undone-settings';
import { readStatements } from '../../runner/src/sql/script-statements';

/** Numbers of the statements `set …` that the file takes back. */
async function undoneIn(sql: string): Promise<number[]> {
  const statements = await readStatements(sql);
  return [...undoneSettings(statements, statements.length)].sort((a, b) => a - b);
}

test.each<[string, string, number[]]>([
  ['to the outer savepoint', 'savepoint a; set x.y = 1; savepoint b; set x.y = 2; rollback to a', [2, 4]],
  ['to the inner savepoint', 'savepoint a; set x.y = 1; savepoint b; set x.y = 2; rollback to b', [4]],
  ['twice to the same', 'savepoint a; set x.y = 1; rollback to a; set x.y = 2; rollback to a', [2, 4]],
  ['to the later of one name', 'savepoint a; set x.y = 1; savepoint a; set x.y = 2; rollback to a', [4]],
  [
    'to the earlier of one name when the later is released',
    'savepoint a; set x.y = 1; savepoint a; set x.y = 2; release a; rollback to a',
    [2, 4],
  ],
  ['released with the outer', 'set x.y = 1; savepoint a; set x.y = 2; savepoint b; release a; commit', []],
  ['with its transaction, released or not', 'savepoint a; set x.y = 1; release a; rollback', [2]],
  ['but not by another BEGIN, which is only a warning', 'set x.y = 1; begin; rollback', [1]],
  [
    'but not what was committed',
    'set x.y = 1; commit and chain; set x.y = 2; rollback and chain; commit',
    [3],
  ],
  ['but not outside a transaction', 'commit; set x.y = 1; begin; rollback', []],
])('a setting is rolled back: %s', async (_name, sql, expected) => {
  expect(await undoneIn(sql)).toEqual(expected);
});
