import { compareHistory, type HistoryRow, type Migration, sha256, upgradeNames } from '../../core/journal';
import { historyRow, migration } from '../support/history';

/** `name:content@when`; the content is the name where it is left out. */
function parsed(layout: Migration['layout'], specs: readonly string[]): Migration[] {
  return specs.map((spec, position) => {
    const [, tag = '', content = tag, when = ''] = /^(\w+)(?::(\w+))?@(\d+)$/.exec(spec) ?? [];
    return migration({ tag, position, layout, when: Number(when), sql: `-- ${content}\n` });
  });
}
const migrations = (...specs: string[]) => parsed('0.x', specs);
/** Of the 1.x layout, where the tag is the name. */
const folders = (...specs: string[]) => parsed('1.x', specs);

/** Rows in the order of their ids: `content@when`, or `content@null`; `=name` where they have one. */
function rows(...specs: string[]): HistoryRow[] {
  return specs.map((spec, index) => {
    const [, content, when, name = null] = /^(\w+)@(\w+)(?:=(\w+))?$/.exec(spec) ?? [];
    const createdAt = when === 'null' ? null : Number(when);
    return historyRow({ id: index + 1, hash: sha256(`-- ${content}\n`), createdAt, name });
  });
}

function compared(files: Migration[], history: HistoryRow[]) {
  const result = compareHistory(files, history);
  const tags = (list: readonly { migration: Migration }[]) => list.map(({ migration }) => migration.tag);
  return {
    applied: tags(result.applied),
    pending: result.pending.map(({ tag }) => tag),
    outOfOrder: result.outOfOrder.map(({ tag }) => tag),
    edited: tags(result.edited),
    missingFile: result.missingFile.map(({ id }) => id),
    duplicate: result.duplicate.map(({ id }) => id),
  };
}

const NONE = { applied: [], pending: [], outOfOrder: [], edited: [], missingFile: [], duplicate: [] };
const ABC = migrations('a@1', 'b@2', 'c@3');
/** What their names are after `drizzle-kit up`. */
const UP = '19700101000000_';
const F = folders('a@1000', 'b@2000', 'c@3000');

test.each<[string, Migration[], HistoryRow[], Partial<ReturnType<typeof compared>>]>([
  ['a fresh database', ABC, [], { pending: ['a', 'b', 'c'] }],
  ['all applied', ABC, rows('a@1', 'b@2', 'c@3'), { applied: ['a', 'b', 'c'] }],
  ['applied in another order', ABC, rows('c@3', 'a@1', 'b@2'), { applied: ['c', 'a', 'b'] }],
  ['the last is pending', ABC, rows('a@1', 'b@2'), { applied: ['a', 'b'], pending: ['c'] }],
  ['one merged late', ABC, rows('a@1', 'c@3'), { applied: ['a', 'c'], pending: ['b'], outOfOrder: ['b'] }],
  ['one edited', ABC, rows('a@1', 'x@2'), { applied: ['a'], edited: ['b'], pending: ['c'] }],
  [
    'an edited one counts as applied for the order',
    ABC,
    rows('x@3'),
    { edited: ['c'], pending: ['a', 'b'], outOfOrder: ['a', 'b'] },
  ],
  [
    'the database ahead',
    ABC,
    rows('a@1', 'b@2', 'c@3', 'd@4'),
    { applied: ['a', 'b', 'c'], missingFile: [4] },
  ],
  ['diverged', ABC, rows('a@1', 'x@9'), { applied: ['a'], pending: ['b', 'c'], missingFile: [2] }],
  ['a row twice', ABC, rows('a@1', 'b@2', 'c@3', 'b@2'), { applied: ['a', 'b', 'c'], duplicate: [4] }],
  ['another time in the journal', ABC, rows('a@1', 'b@77'), { applied: ['a', 'b'], pending: ['c'] }],
  ['a row without a time', ABC, rows('a@null'), { applied: ['a'], pending: ['b', 'c'] }],
  [
    'same content, the first applied',
    migrations('a:s@1', 'b:s@2'),
    rows('s@1'),
    { applied: ['a'], pending: ['b'] },
  ],
  [
    'same content, the second applied',
    migrations('a:s@1', 'b:s@2'),
    rows('s@2'),
    { applied: ['b'], pending: ['a'], outOfOrder: ['a'] },
  ],
  ['same content, both applied', migrations('a:s@1', 'b:s@2'), rows('s@1', 's@2'), { applied: ['a', 'b'] }],
  ['same time, the first applied', migrations('a@1', 'b@1'), rows('a@1'), { applied: ['a'], pending: ['b'] }],
  ['same time, both applied', migrations('a@1', 'b@1'), rows('b@1', 'a@1'), { applied: ['b', 'a'] }],
  ['a row of nothing that is known', [], rows('a@1'), { missingFile: [1] }],
  ['a fresh database, 1.x', F, [], { pending: ['a', 'b', 'c'] }],
  ['rows with names', F, rows('a@1000=a', 'b@2000=b'), { applied: ['a', 'b'], pending: ['c'] }],
  [
    'the name decides, not the time',
    F,
    rows('b@1000=b'),
    { applied: ['b'], pending: ['a', 'c'], outOfOrder: ['a'] },
  ],
  ['edited under its name', F, rows('x@9000=b'), { edited: ['b'], pending: ['a', 'c'], outOfOrder: ['a'] }],
  [
    'an old history, in milliseconds',
    F,
    rows('a@1234', 'x@2999'),
    { applied: ['a'], edited: ['b'], pending: ['c'] },
  ],
  [
    'a row that 0.x wrote into a new table',
    F,
    rows('a@1000=a', 'b@2222'),
    { applied: ['a', 'b'], pending: ['c'] },
  ],
  ['a folder that was renamed', F, rows('a@1000=old'), { applied: ['a'], pending: ['b', 'c'] }],
  [
    'another branch made a migration in the same second',
    F,
    rows('a@1000=a', 'x@2000=theirs'),
    { applied: ['a'], pending: ['b', 'c'], missingFile: [2] },
  ],
  [
    'another migration of the same content is not this one',
    F,
    rows('b@9000=theirs'),
    { pending: ['a', 'b', 'c'], missingFile: [1] },
  ],
  ['a name twice', F, rows('a@1000=a', 'x@1000=a'), { applied: ['a'], pending: ['b', 'c'], duplicate: [2] }],
  [
    'a name twice, the second is right',
    F,
    rows('x@1000=a', 'a@1000=a'),
    { applied: ['a'], pending: ['b', 'c'], duplicate: [1] },
  ],
  [
    'an old row beside the new',
    F,
    rows('a@1000=a', 'a@1999'),
    { applied: ['a'], pending: ['b', 'c'], duplicate: [2] },
  ],
  [
    'one second, told apart by content',
    folders('a@1000', 'b@1000'),
    rows('b@1500', 'a@1400'),
    { applied: ['b', 'a'] },
  ],
  [
    'one second, one edited',
    folders('a@1000', 'b@1000'),
    rows('a@1500', 'x@1000'),
    { applied: ['a'], edited: ['b'] },
  ],
  [
    'one second and one content, one applied',
    folders('a:s@1000', 'b:s@1000'),
    rows('s@1000=b'),
    { applied: ['b'], pending: ['a'], outOfOrder: ['a'] },
  ],
  [
    'an older release on a history that 1.0 upgraded',
    migrations('m_a@1', 'm_b@2'),
    rows(`m_a@1=${UP}a`, `x@2=${UP}b`).map((row) =>
      row.id === 1 ? { ...row, hash: sha256('-- m_a\n') } : row,
    ),
    { applied: ['m_a'], edited: ['m_b'] },
  ],
  [
    'an older release on a history that 1.0 wrote',
    migrations('a@1234'),
    rows('a@1000=other'),
    { applied: ['a'] },
  ],
])('%s', (_name, files, history, expected) => {
  expect(compared(files, history)).toEqual({ ...NONE, ...expected });
});

test('a checkout with other line ends is the same migration', () => {
  const history = [historyRow({ id: 1, hash: sha256('-- a\r\n'), createdAt: 1 })];
  expect(compared(migrations('a@1'), history)).toEqual({ ...NONE, applied: ['a'] });
});

test('every migration and every row stands in exactly one list', () => {
  const result = compareHistory(
    migrations('a@1', 'b:a@2', 'c@3', 'd@3', 'e@5'),
    rows('a@1', 'a@1', 'x@3', 'd@9', 'y@5', 'z@6', 'z@6'),
  );
  const ids = [...result.applied, ...result.edited].map(({ row }) => row.id);
  ids.push(...[...result.missingFile, ...result.duplicate].map(({ id }) => id));
  expect(ids.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(result.applied.length + result.edited.length + result.pending.length).toBe(5);
});

test('the work grows with the number of migrations, not with its square', () => {
  const [one] = migrations('one@1');
  if (!one) throw new Error('no migration');
  let reads = 0;
  const count = <T extends object>(value: T) =>
    new Proxy(value, {
      get: (target, key) => {
        reads += 1;
        return Reflect.get(target, key);
      },
    });
  const many = Array.from({ length: 2000 }, (_, position) =>
    count({ ...one, tag: `m_${position}`, name: `m_${position}`, position, when: position }),
  );
  const history = many.map(({ when }, id) => count(historyRow({ id, hash: 'edited', createdAt: when })));
  reads = 0;
  expect(compareHistory(many, history.toReversed()).edited).toHaveLength(many.length);
  expect(reads).toBeLessThan(200 * many.length);
});

describe('the names that the upgrade of an old history gives', () => {
  const named = (files: Migration[], history: HistoryRow[]) => {
    const { names, unmatched } = upgradeNames(files, history);
    return { names: [...names].sort(([a], [b]) => a - b), unmatched: unmatched.map(({ id }) => id) };
  };

  test.each<[string, Migration[], HistoryRow[], [number, string][], number[]]>([
    [
      'by second',
      F,
      rows('a@1999', 'x@2001'),
      [
        [1, 'a'],
        [2, 'b'],
      ],
      [],
    ],
    ['by content, where the time is another', F, rows('b@9000'), [[1, 'b']], []],
    ['of the last with that content', folders('a:s@1000', 'b:s@2000'), rows('s@9000'), [[1, 'b']], []],
    [
      'the same for a row twice',
      F,
      rows('a@1000', 'a@1500', 'a@9000'),
      [
        [1, 'a'],
        [2, 'a'],
        [3, 'a'],
      ],
      [],
    ],
    [
      'each its own for twins',
      folders('a:s@1000', 'b:s@1000'),
      rows('s@1000', 's@1001'),
      [
        [1, 'a'],
        [2, 'b'],
      ],
      [],
    ],
    ['none for an edit in a second of several', folders('a@1000', 'b@1000'), rows('x@1000'), [], [1]],
    ['none for another of a recorded second', F, rows('x@1000', 'a@1000'), [[2, 'a']], [1]],
    ['none for a row without a file', F, rows('x@9000', 'a@1000'), [[2, 'a']], [1]],
  ])('%s', (_name, files, history, names, unmatched) => {
    expect(named(files, history)).toEqual({ names, unmatched });
  });
});
