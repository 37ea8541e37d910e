import { checkCountedLosses } from '../../cli/src/rehearse/counted-losses';
import { Verdict } from '../../cli/src/rehearse/verdict';
import type { RowsSnapshot } from '../../cli/src/rollback/data/snapshot-rows';
import type { LogEvent } from '../../runner/src/report/render-event';
import type { Loss } from '../../runner/src/rollback/losses/loss';

const TABLE = { oid: 1, schema: 'public', name: 'users', bytes: 8192 };
const ROWS: RowsSnapshot = {
  tables: [
    {
      ...TABLE,
      columns: ['id', 'email'].map((name, index) => ({ name, type: 'text', number: index + 1 })),
      key: ['id'],
      rows: [
        ['1', 'a'],
        ['2', null],
        ['3', null],
      ],
    },
  ],
  unreadable: [],
};

/** What the rehearsal makes of a plan with these losses. */
function check(losses: readonly Loss[]) {
  const printed: string[] = [];
  const verdict = new Verdict();
  const output = { print: (line: string) => printed.push(line), printEvent: () => undefined };
  const event: LogEvent = { time: '', level: 'warn', event: 'rollback_warning', message: '', losses };
  const rehearsal = { verdict, output } as unknown as Parameters<typeof checkCountedLosses>[0];
  return { lost: checkCountedLosses(rehearsal, [event], ROWS), passed: verdict.passed, printed };
}

const loss = (parts: Partial<Loss>): Loss => ({
  ...{ kind: 'table', what: 'table users', migration: '0001_users', table: TABLE, rows: 3 },
  ...parts,
});

test('rows of a table and values of a column that are there', () => {
  const column = { kind: 'column', what: 'column users.email', column: 'email' } as const;
  expect(check([loss({}), loss({ ...column, rows: 1 })])).toEqual({ lost: 4, passed: true, printed: [] });
  expect(check([loss({ ...column, rows: 3 })])).toMatchObject({ passed: false });
});

test('a count that is not that of the database fails, and is shown', () => {
  expect(check([loss({ rows: 2 })])).toEqual({
    lost: 3,
    passed: false,
    printed: ['  ✗ the plan says "table users: 2 rows", but there are 3'],
  });
});

test('a table that was not counted at all fails, too', () => {
  const { rows: _rows, ...uncounted } = loss({});
  expect(check([uncounted]).passed).toBe(false);
});

test('what has no rows of its own is not counted', () => {
  expect(check([loss({ kind: 'object', what: 'view v' })])).toEqual({ lost: 0, passed: true, printed: [] });
  expect(check([loss({ table: { ...TABLE, name: 'partition' } })]).lost).toBe(0);
});
