import fc from 'fast-check';
import {
  compareHistory,
  expectSchema,
  type HistoryRow,
  isExpectationDigest,
  type Layout,
  type Migration,
  meetsExpectation,
  sha256,
} from '../../core/journal';
import { placesOfSurplus, powerSums, SUMS } from '../../core/journal/power-sums';
import { historyRow, migration } from '../support/history';

const DAY = 86_400_000;
/** Migrations of a day each, with a part of a second where the layout knows one. */
const journalOf = (count: number, layout: Layout = '0.x', branch = 'm'): Migration[] =>
  Array.from({ length: count }, (_, position) =>
    migration({
      ...{ position, layout, sql: `-- ${branch} ${position}\n`, when: position * DAY },
      tag:
        layout === '0.x'
          ? `${String(position).padStart(4, '0')}_${branch}`
          : `${new Date(position * DAY).toISOString().replace(/\D/g, '').slice(0, 14)}_${branch}`,
    }),
  ).map((each) => (layout === '0.x' ? { ...each, when: each.when + 7 } : each));
const rowsOf = (migrations: readonly Migration[], change: Partial<HistoryRow> = {}): HistoryRow[] =>
  migrations.map(({ hash, when }, index) => historyRow({ id: index + 1, hash, createdAt: when, ...change }));
const named = (migrations: readonly Migration[]): HistoryRow[] =>
  rowsOf(migrations).map((row, index) => ({ ...row, name: migrations[index]?.name ?? null }));
/** Later ones, of another branch. */
const foreign = (count: number, day = 1000.5): HistoryRow[] =>
  Array.from({ length: count }, (_, index) =>
    historyRow({ id: 5000 + index, hash: sha256(`foreign ${index}`), createdAt: (day + index) * DAY }),
  );

const journal = journalOf(12);
const expectation = expectSchema(journal);

test('says the last, the count, and a digest whose size does not grow', () => {
  expect(expectation).toMatchObject({ last: '0011_m', count: 12 });
  const large = expectSchema(journalOf(3000));
  expect([expectation, large].map(({ digest }) => digest.length)).toEqual([256, 256]);
  expect(isExpectationDigest(large.digest)).toBe(true);
  expect(isExpectationDigest(large.digest.slice(1))).toBe(false);
  expect(isExpectationDigest(`${large.digest.slice(1)}!`)).toBe(false);
  expect(() => expectSchema([])).toThrow(/no expectation/);
});

test('line ends of a checkout, and the order of merges, make no other expectation', () => {
  const crlf = journal.map((each) => ({ ...each, hash: sha256(each.sql.replaceAll('\n', '\r\n')) }));
  expect(expectSchema(crlf)).toEqual(expectation);
  const [first, ...rest] = journal;
  const reordered = expectSchema([...rest.slice(0, -1), first, rest.at(-1)] as Migration[]);
  expect(reordered).toEqual(expectation);
});

describe.each(['0.x', '1.x'] as const)('layout %s', (layout) => {
  const migrations = journalOf(12, layout);
  const wanted = expectSchema(migrations);
  test('every migration is there, in both formats of the table', () => {
    expect(meetsExpectation(wanted, rowsOf(migrations))).toBe(true);
    expect(meetsExpectation(wanted, named(migrations))).toBe(true);
    expect(meetsExpectation(wanted, [...named(migrations.slice(0, 6)), ...rowsOf(migrations.slice(6))])).toBe(
      true,
    );
  });
  test('one is missing, whichever it is, also where others make up the number', () => {
    for (const left of migrations) {
      const others = migrations.filter((each) => each !== left);
      expect(meetsExpectation(wanted, rowsOf(others))).toBe(false);
      expect(meetsExpectation(wanted, [...rowsOf(others), ...foreign(3)])).toBe(false);
      expect(meetsExpectation(wanted, [...rowsOf(others), ...foreign(30)])).toBe(false);
      expect(meetsExpectation(wanted, [...rowsOf(others), ...rowsOf(others.slice(0, 1))])).toBe(false);
    }
  });
});

test('a history of 0.x, read by a release whose folder was moved to 1.x', () => {
  const moved = journal.map((each) => ({
    ...each,
    layout: '1.x' as const,
    tag: each.name,
    when: each.when - (each.when % 1000),
  }));
  expect(meetsExpectation(expectSchema(moved), rowsOf(journal))).toBe(true);
  expect(meetsExpectation(expectSchema(moved), rowsOf(journal, { hash: sha256('edited') }))).toBe(true);
  expect(meetsExpectation(expectSchema(moved), named(journal))).toBe(true);
  expect(meetsExpectation(expectation, named(moved))).toBe(true);
});

test('edited files that were accepted, or times that were corrected, but not both', () => {
  const edited = rowsOf(journal).map((row, index) => (index % 3 ? row : { ...row, hash: sha256('old') }));
  const retimed = rowsOf(journal).map((row, index) => (index % 3 ? row : { ...row, createdAt: index }));
  expect(meetsExpectation(expectation, [...edited, ...foreign(4)])).toBe(true);
  expect(meetsExpectation(expectation, [...retimed, ...foreign(4)])).toBe(true);
  expect(meetsExpectation(expectation, rowsOf(journal, { createdAt: null }))).toBe(true);
  expect(meetsExpectation(expectation, rowsOf(journal, { createdAt: null, hash: 'old' }))).toBe(false);
});

test('a row with a name is none of another name that only shares its time', () => {
  const renamed = named(journal).map((row, index) => (index === 5 ? { ...row, name: 'theirs' } : row));
  expect(meetsExpectation(expectation, renamed)).toBe(true);
  const theirs = renamed.map((row, index) => (index === 5 ? { ...row, hash: sha256('theirs') } : row));
  expect(meetsExpectation(expectation, theirs)).toBe(false);
});

test('equal times and equal contents count as often as they stand there', () => {
  const twins = [0, 1, 2].map((position) =>
    migration({ position, tag: `${position}_a`, when: 1000, sql: '-- nothing' }),
  );
  const wanted = expectSchema(twins);
  expect(meetsExpectation(wanted, rowsOf(twins))).toBe(true);
  expect(meetsExpectation(wanted, [...rowsOf(twins.slice(1)), ...foreign(1)])).toBe(false);
  expect(meetsExpectation(wanted, [...rowsOf(twins), ...rowsOf(twins.slice(1))])).toBe(true);
});

test('many newer ones, with some that were merged late among them', () => {
  const late = foreign(5, 3.5).map((row) => ({ ...row, id: row.id + 1000 }));
  const newer = foreign(200);
  expect(meetsExpectation(expectation, [...rowsOf(journal), ...newer, ...late])).toBe(true);
  // Ids in another order, as after a restore of rows: the times tell.
  const renumbered = [...newer, ...rowsOf(journal)].map((row, index) => ({ ...row, id: index }));
  expect(meetsExpectation(expectation, renumbered)).toBe(true);
});

/** A release, and a history with some of it, old and new rows of others, in any order. */
const cases = fc
  .record({
    layout: fc.constantFrom<Layout>('0.x', '1.x'),
    isNamed: fc.boolean(),
    applied: fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
    isComplete: fc.boolean(),
    among: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: SUMS }),
    newer: fc.integer({ min: 0, max: 40 }),
    edited: fc.array(fc.nat(29)),
    seed: fc.array(fc.nat(), { minLength: 80, maxLength: 80 }),
  })
  .map(({ layout, isNamed, applied, isComplete, among, newer, edited, seed }) => {
    const release = journalOf(applied.length, layout);
    const there = release.filter((_, index) => isComplete || applied[index]);
    const own = (isNamed ? named(there) : rowsOf(there)).map((row, index) =>
      edited.includes(index) ? { ...row, hash: sha256('edited') } : row,
    );
    const late = among.map((day, index) => ({
      ...historyRow({ id: 0, hash: sha256(`late ${index}`), createdAt: (day + 0.25 + index / 100) * DAY }),
      name: isNamed ? `late ${index}` : null,
    }));
    const old = [...own, ...late]
      .map((row, index) => ({ row, key: seed[index] ?? 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ row }, id) => ({ ...row, id }));
    const last = foreign(newer).map((row) => ({ ...row, name: isNamed ? `new ${row.id}` : null }));
    return { release, rows: [...old, ...last] };
  });

test('it is met exactly when the files themselves would find nothing pending', () => {
  fc.assert(
    fc.property(cases, ({ release, rows }) => {
      const isThere = compareHistory(release, rows).pending.length === 0;
      expect(meetsExpectation(expectSchema(release), rows)).toBe(isThere);
    }),
    { numRuns: 150 },
  );
});

test('the sums find what is too many, wherever it stands and however often', () => {
  const member = fc.bigInt({ min: 1n, max: 50n });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 20 }), fc.array(member, { maxLength: SUMS }), (set, more) => {
      const all = [...set, ...more].reverse();
      const places = placesOfSurplus(all, powerSums(set), more.length) ?? [];
      const sorted = (values: readonly (bigint | undefined)[]) => values.map(String).sort();
      expect(sorted(places.map((place) => all[place]))).toEqual(sorted(more));
    }),
  );
  expect(placesOfSurplus([1n, 2n], powerSums([3n]), 1)).toBeUndefined();
  expect(placesOfSurplus([], powerSums([3n]), -1)).toBeUndefined();
});
