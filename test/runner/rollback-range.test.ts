import { compareHistory, type HistoryRow, type Journal, type Migration } from '../../core/journal';
import type { HistoryRules } from '../../runner/src/config/settings';
import type { StoredScript } from '../../runner/src/database/stored-scripts';
import { GateError } from '../../runner/src/errors/gate-error';
import { describeLateMerged } from '../../runner/src/rollback/late-merged';
import { rangeWarnings } from '../../runner/src/rollback/plan-warnings';
import { type RollbackRange, resolveRange } from '../../runner/src/rollback/resolve-range';
import { historyRow, migration } from '../support/history';

const RULES: HistoryRules = { outOfOrder: 'apply', acceptEdited: [], allowDiverged: false };

/** Files in the journal's order; the number in front of each tag is its time in seconds. */
const filesOf = (...tags: string[]): Migration[] =>
  tags.map((tag, position) => migration({ tag, position, when: timeOf(tag), sql: `-- ${tag}` }));
const timeOf = (tag: string) => Number.parseInt(tag, 10) * 1000;
const hashOf = (tag: string) => filesOf(tag)[0]?.hash ?? '';
/** What was applied, in this order. */
const rowsOf = (...tags: string[]): HistoryRow[] =>
  tags.map((tag, index) => historyRow({ id: index + 1, hash: hashOf(tag), createdAt: timeOf(tag) }));
const storedOf = (...tags: string[]): StoredScript[] =>
  tags.map((tag) => ({
    ...{ migration: tag, hash: hashOf(tag), when: timeOf(tag) },
    ...{ file: `${tag}.sql`, scriptHash: 's' },
  }));

interface Case {
  readonly files: readonly Migration[];
  readonly rows: readonly HistoryRow[];
  readonly stored?: readonly StoredScript[];
  readonly readable?: boolean;
  readonly rules?: Partial<HistoryRules>;
  readonly layout?: Journal['layout'];
}

function rangeOf(
  target: string | undefined,
  { files, rows, stored = [], readable = true, rules, layout = '0.x' }: Case,
): RollbackRange {
  const journal: Journal = { folder: '', layout, migrations: files, digest: '', remarks: [], warnings: [] };
  const comparison = compareHistory(files, rows);
  return resolveRange(journal, comparison, target, { ...RULES, ...rules }, { readable, scripts: stored });
}

const tagsOf = ({ members }: RollbackRange) => members.map(({ tag }) => tag);

function refusalOf(action: () => unknown): GateError {
  try {
    action();
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('which migrations are undone', () => {
  const files = filesOf('1_a', '2_b', '3_c');
  const rows = rowsOf('1_a', '2_b', '3_c');

  test('those after the target, the last applied first', () => {
    expect(tagsOf(rangeOf('1_a', { files, rows }))).toEqual(['3_c', '2_b']);
    expect(tagsOf(rangeOf('3_c', { files, rows }))).toEqual([]);
    expect(tagsOf(rangeOf('empty', { files, rows }))).toEqual(['3_c', '2_b', '1_a']);
    expect(rangeOf('1_a', { files, rows }).target).toMatchObject({ tag: '1_a', migration: files[0] });
  });

  test('not what is pending', () => {
    expect(tagsOf(rangeOf('1_a', { files, rows: rows.slice(0, 2) }))).toEqual(['2_b']);
  });

  test('in the order of their application, whatever the journal’s order is', () => {
    expect(tagsOf(rangeOf('1_a', { files, rows: rowsOf('1_a', '3_c', '2_b') }))).toEqual(['2_b', '3_c']);
  });
});

describe('a migration without a file here', () => {
  const files = filesOf('1_a', '2_b');
  const rows = rowsOf('1_a', '2_b', '3_c', '4_d');

  test('is undone where its script is stored', () => {
    const range = rangeOf('2_b', { files, rows, stored: storedOf('3_c', '4_d') });
    expect(tagsOf(range)).toEqual(['4_d', '3_c']);
    expect(range.members[1]).toEqual({
      ...{ tag: '3_c', hash: hashOf('3_c'), when: 3000, row: rows[2] },
      stored: storedOf('3_c')[0],
    });
  });

  test('can be the target', () => {
    const range = rangeOf('3_c', { files, rows, stored: storedOf('3_c', '4_d') });
    expect(tagsOf(range)).toEqual(['4_d']);
    expect(range.target).toMatchObject({ tag: '3_c', row: { id: 3 } });
    expect(rangeOf('3', { files, rows, stored: storedOf('3_c', '4_d') }).target?.tag).toBe('3_c');
  });

  test('takes its place in the journal by its time', () => {
    const late = rowsOf('1_a', '3_c', '2_b');
    expect(
      tagsOf(rangeOf('1_a', { files: filesOf('1_a', '3_c'), rows: late, stored: storedOf('2_b') })),
    ).toEqual(['2_b', '3_c']);
    const range = rangeOf('2_b', { files: filesOf('1_a', '3_c'), rows: late, stored: storedOf('2_b') });
    expect(tagsOf(range)).toEqual(['3_c']);
  });

  test('with the target’s own second comes after it when it was applied after it, in the 1.x layout', () => {
    const [target] = [migration({ tag: '5_x', position: 0, when: 5000, sql: 'x', layout: '1.x' })];
    const same = (id: number) => [
      historyRow({ id: 3, hash: target.hash, createdAt: 5700 }),
      historyRow({ id, hash: 'other', createdAt: 5100 }),
    ];
    const stored = [
      { ...storedOf('5_y'), migration: '5_y', hash: 'other', when: 5100, file: 'f', scriptHash: 's' },
    ];
    const members = (id: number) =>
      tagsOf(rangeOf('5_x', { files: [target], rows: same(id), stored, layout: '1.x' }));
    expect(members(4)).toEqual(['5_y']);
    expect(members(2)).toEqual([]);
  });

  test('is refused (81) without a stored script, each by its row', () => {
    const error = refusalOf(() => rangeOf('2_b', { files, rows, stored: storedOf('4_d') }));
    expect(error.exit).toBe('MISMATCH');
    expect(error.message).toMatch(
      /^1 migration after the target has no file here, and no script of it is stored in the database: history id 3 of 1970-01-01T00:00:03.000Z \(hash [0-9a-f]{12}…\)$/,
    );
    expect(error.remedy).toMatch(/the image that has these migrations/);
    expect(refusalOf(() => rangeOf('2_b', { files, rows })).message).toMatch(
      /^2 migrations .*history id 3 .*history id 4 /,
    );
  });

  test('before the target it is in nobody’s way', () => {
    expect(
      tagsOf(rangeOf('2_b', { files: filesOf('2_b', '3_c'), rows: rowsOf('1_a', '2_b', '3_c') })),
    ).toEqual(['3_c']);
  });

  test('is not undone with the script of another text or time', () => {
    for (const change of [{ hash: 'other' }, { when: 1 }]) {
      const stored = storedOf('3_c', '4_d').map((each) => ({ ...each, ...change }));
      expect(refusalOf(() => rangeOf('2_b', { files, rows, stored })).exit).toBe('MISMATCH');
    }
  });

  test('says so when the stored scripts may not be read', () => {
    const { message, remedy } = refusalOf(() => rangeOf('2_b', { files, rows, readable: false }));
    expect(message).toMatch(/this role may not read the scripts that are stored/);
    expect(remedy).toMatch(/grant SELECT on the table __drizzle_gate_scripts/);
  });
});

describe('the stored script of a migration with a file', () => {
  const rows = rowsOf('1_a');
  const storedWith = (files: readonly Migration[], stored: readonly StoredScript[]) =>
    rangeOf('empty', { files, rows, stored }).members[0]?.stored;

  test('is that of its name and of the text that was applied', () => {
    expect(storedWith(filesOf('1_a'), storedOf('1_a'))).toEqual(storedOf('1_a')[0]);
    expect(storedWith(filesOf('1_a'), storedOf('2_b'))).toBeUndefined();
    expect(
      storedWith(filesOf('1_a'), [{ ...(storedOf('1_a')[0] as StoredScript), hash: 'other' }]),
    ).toBeUndefined();
  });

  test('is found under the name that the migration had before drizzle-kit up', () => {
    const [old] = filesOf('1_a');
    const renamed = [{ ...(old as Migration), tag: '1_renamed' }];
    expect(storedWith(renamed, storedOf('1_a'))).toEqual(storedOf('1_a')[0]);
  });

  test('with the same text is nobody else’s', () => {
    const text = { sql: '-- same', when: 1000 };
    const files = ['1_a', '1_b'].map((tag, position) => migration({ tag, position, ...text }));
    const both = files.map(({ hash }, index) => historyRow({ id: index + 1, hash, createdAt: 1000 }));
    const stored = files.map(({ tag, hash }) => ({
      migration: tag,
      hash,
      when: 1000,
      file: tag,
      scriptHash: 's',
    }));
    const { members } = rangeOf('empty', { files, rows: both, stored });
    expect(members.map(({ tag, stored }) => [tag, stored?.migration])).toEqual([
      ['1_b', '1_b'],
      ['1_a', '1_a'],
    ]);
  });
});

describe('a migration that was merged late', () => {
  const files = filesOf('1_a', '2_late', '3_c', '4_d');

  test('is named with what is undone with it', () => {
    const range = rangeOf('1_a', { files, rows: rowsOf('1_a', '3_c', '4_d', '2_late') });
    expect(tagsOf(range)).toEqual(['2_late', '4_d', '3_c']);
    expect(range.lateMerged.map((each) => describeLateMerged(each))).toEqual([
      '2_late was merged late: 4_d, 3_c, applied before it, come after it in the journal, so undoing it undoes those too',
    ]);
  });

  test('stays where the target is itself or comes after it, with how to undo it too', () => {
    const rows = rowsOf('1_a', '3_c', '4_d', '2_late');
    const range = rangeOf('2_late', { files, rows });
    expect(tagsOf(range)).toEqual(['4_d', '3_c']);
    expect(range.lateMerged).toMatchObject([{ instead: { target: '1_a', undoes: [{ tag: '2_late' }] } }]);
    const after = rangeOf('3_c', { files, rows });
    expect(tagsOf(after)).toEqual(['4_d']);
    expect(rangeWarnings(after)).toEqual([
      {
        migration: '2_late',
        message:
          '2_late was merged late and stays applied, but it was applied after 4_d, which this undoes; if it builds on that, set ROLLBACK_TARGET=1_a, which undoes it and 3_c too',
      },
    ]);
  });

  test('as the first of the journal is undone by the target empty', () => {
    const range = rangeOf('2_late', { files: files.slice(1), rows: rowsOf('3_c', '4_d', '2_late') });
    expect(range.lateMerged[0]?.instead?.target).toBe('empty');
  });

  test('is of no concern where nothing of what was applied before it goes', () => {
    const range = rangeOf('3_c', { files, rows: rowsOf('1_a', '3_c', '2_late', '4_d') });
    expect(tagsOf(range)).toEqual(['4_d']);
    expect(range.lateMerged).toEqual([]);
  });

  test('can have no file here', () => {
    const range = rangeOf('1_a', {
      files: filesOf('1_a', '3_c'),
      rows: rowsOf('1_a', '3_c', '2_late'),
      stored: storedOf('2_late'),
    });
    expect(range.lateMerged).toMatchObject([{ member: { tag: '2_late' }, undoneBefore: [{ tag: '3_c' }] }]);
  });
});

test('an edited member is refused (81), unless that is accepted; then what was stored with the applied text is named', () => {
  const [file] = filesOf('1_a');
  const files = [{ ...(file as Migration), hash: 'edited', equalHashes: [] }];
  const rows = rowsOf('1_a');
  expect(refusalOf(() => rangeOf('empty', { files, rows })).exit).toBe('MISMATCH');
  const accepted = { files, rows, rules: { acceptEdited: ['1_a'] }, stored: storedOf('1_a') };
  expect(rangeWarnings(rangeOf('empty', accepted))).toEqual([
    {
      migration: '1_a',
      message: expect.stringMatching(
        /history id 1\); ACCEPT_EDITED .*stored with what was applied is 1_a.sql$/,
      ),
    },
  ]);
});

test.each([
  [undefined, /^ROLLBACK_TARGET is unset/],
  ['9_x', /"9_x", but no migration has this name/],
  ['2', /"2", which 2 migrations begin with/],
  ['3_c', /"3_c", which is not applied/],
])('the target %s is refused (78)', (target, message) => {
  const files = filesOf('1_a', '2_b', '3_c');
  const error = refusalOf(() =>
    rangeOf(target, { files, rows: rowsOf('1_a', '2_b', '2_other'), stored: storedOf('2_other') }),
  );
  expect(error.exit).toBe('CONFIG');
  expect(error.message).toMatch(message);
  expect(error.remedy).toMatch(
    target === '2' ? /2_b or 2_other/ : /applied \(1_a, 2_b, 2_other\), or "empty"/,
  );
});
