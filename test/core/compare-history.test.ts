import {
  compareHistory,
  type HistoryRow,
  type Migration,
  otherLineEndHashes,
  sha256,
} from '../../core/journal';

/** `name:content@when`; the content is the name where it is left out. */
function migrations(...specs: string[]): Migration[] {
  return specs.map((spec, position) => {
    const [, tag = '', content = tag, when = ''] = /^(\w+)(?::(\w+))?@(\d+)$/.exec(spec) ?? [];
    const sql = `-- ${content}\n`;
    return {
      ...{ tag, position, when: Number(when), sql, hash: sha256(sql) },
      ...{ equalHashes: otherLineEndHashes(sql), path: tag },
    };
  });
}

/** Rows in the order of their ids: `content@when`, or `content@null`. */
function rows(...specs: string[]): HistoryRow[] {
  return specs.map((spec, index) => {
    const [content, when] = spec.split('@');
    return {
      id: index + 1,
      hash: sha256(`-- ${content}\n`),
      createdAt: when === 'null' ? null : Number(when),
    };
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
])('%s', (_name, files, history, expected) => {
  expect(compared(files, history)).toEqual({ ...NONE, ...expected });
});

test('a checkout with other line ends is the same migration', () => {
  const history = [{ id: 1, hash: sha256('-- a\r\n'), createdAt: 1 }];
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
