import { connectionProblems } from '../../runner/src/migrate/assert-runnable';
import { unplannedLosses } from '../../runner/src/rollback/losses/unplanned-losses';
import type { RollbackMember } from '../../runner/src/rollback/member';
import { describeUnits, isAtomic } from '../../runner/src/rollback/run/describe-units';
import { planUndoUnits } from '../../runner/src/rollback/run/undo-units';
import type { UndoScript } from '../../runner/src/rollback/undo-script';
import { readDirective } from '../../runner/src/sql/directive';
import { readStatements } from '../../runner/src/sql/script-statements';

async function unitsOf(scripts: readonly string[], halfDone: readonly string[] = []) {
  const all = await Promise.all(scripts.map((sql, index) => scriptOf(`m${index}`, sql)));
  return planUndoUnits(all, new Set(halfDone));
}

async function scriptOf(tag: string, sql: string): Promise<UndoScript> {
  const row = { id: 1, hash: tag, createdAt: 1, name: null, appliedAt: null };
  const member: RollbackMember = { tag, hash: tag, when: 1, row };
  const [statements, { mode }] = [await readStatements(sql), readDirective(sql)];
  const script = { member, file: `${tag}.sql`, source: 'file', sql, hash: tag, statements } as const;
  return { ...script, ...(mode && { directive: mode }) };
}

test.each<[string, string[], string[]]>([
  ['all in one', ['drop table a', 'drop table b'], ['m0, m1 commit together']],
  [
    'one outside a transaction in the middle',
    ['drop table a', 'select 1;\nvacuum', 'drop table b'],
    [
      'm0 commits by itself',
      'm1 runs outside a transaction: VACUUM (m1.sql, line 2)',
      'm2 commits by itself',
    ],
  ],
  [
    'a new enum value that nobody uses does not cut',
    ["alter type e add value 'a'", "insert into t values ('b')"],
    ['m0, m1 commit together'],
  ],
  [
    'a new enum value that a later script uses is committed first',
    ["alter type e add value 'a'", 'select 1', "insert into t values ('a')"],
    ['m0, m1 commit together', 'm2 commits by itself'],
  ],
  [
    'one that its own script uses runs statement by statement',
    ["alter type e add value 'it''s'; update t set e = 'it''s'"],
    ['m0 runs outside a transaction: ALTER TYPE … ADD VALUE (m0.sql, line 1)'],
  ],
  [
    'unless the script asks for a transaction',
    ["-- drizzle-gate: transaction\nalter type e add value 'a'; update t set e = 'a'"],
    ['m0 commits by itself'],
  ],
  [
    'the directive is followed',
    ['-- drizzle-gate: no-transaction\ncall p()'],
    ['m0 runs outside a transaction: m0.sql asks for it, or an earlier run of it stopped midway'],
  ],
  ['savepoints live in the transaction', ['savepoint a; release a', 'select 1'], ['m0, m1 commit together']],
])('%s', async (_name, scripts, expected) => {
  const { units, problems } = await unitsOf(scripts);
  expect(problems).toEqual([]);
  expect(describeUnits(units)).toEqual(expected);
  expect(isAtomic(units)).toBe(units.length === 1 && units[0]?.mode === 'transactional');
});

test('what stopped midway is never one transaction again', async () => {
  const { units } = await unitsOf(['drop table a', 'drop table b'], ['m1']);
  expect(units.map(({ mode }) => mode)).toEqual(['transactional', 'stepwise']);
});

test('a pooler is refused for what needs one session', async () => {
  const { units } = await unitsOf(['drop table a', 'drop index concurrently i']);
  expect(connectionProblems(units, { pooled: false })).toEqual([]);
  expect(connectionProblems(units, { pooled: true })).toEqual([expect.stringMatching(/^m1 has a statement/)]);
});

test.each<[string, RegExp]>([
  ['vacuum; set constraints all deferred', /SET CONSTRAINTS holds until the next commit/],
  ['vacuum; create temp table x ()', /a temporary table is gone/],
])('%s is refused', async (script, problem) => {
  const { problems } = await unitsOf([script]);
  expect(problems).toContainEqual(expect.stringMatching(problem));
});

test.each<[number | undefined, number | undefined, boolean]>([
  [10, 20, true],
  [10, 21, false],
  [0, 0, true],
  [0, 1, false],
  [undefined, undefined, true],
])('a loss of %s rows in the plan covers one of %s: %s', (planned, now, isCovered) => {
  const loss = (rows: number | undefined) =>
    ({ kind: 'table', what: 'table a', migration: 'm', ...(rows !== undefined && { rows }) }) as const;
  expect(unplannedLosses([loss(planned)], [loss(now)])).toHaveLength(isCovered ? 0 : 1);
  expect(unplannedLosses([], [loss(now)])).toHaveLength(1);
});
