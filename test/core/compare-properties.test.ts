import fc from 'fast-check';
import {
  compareHistory,
  equalHashes,
  type HistoryRow,
  type Layout,
  type Migration,
  sha256,
  upgradeNames,
} from '../../core/journal';
import { historyRow, migration } from '../support/history';

/** Few values, so that migrations and rows collide in name, time and content as often as they can. */
const content = fc.constantFrom('a\n', 'b\r\nc', 'd\ne\n', 'f');
const second = fc.integer({ min: 0, max: 3 }).map((value) => value * 1000);
const fraction = fc.constantFrom(0, 1, 999);
const layouts = fc.constantFrom<Layout>('0.x', '1.x');

const journals = layouts.chain((layout) =>
  fc.array(fc.record({ second, fraction, content }), { maxLength: 8 }).map((all) => {
    const ordered = layout === '1.x' ? [...all].sort((a, b) => a.second - b.second) : all;
    return ordered.map((spec, position) =>
      migration({
        ...{ position, layout, sql: spec.content, tag: `${position}_m${position % 3}` },
        when: spec.second + (layout === '1.x' ? 0 : spec.fraction),
      }),
    );
  }),
);
const anyRow = fc.record({
  hash: content.map(sha256),
  createdAt: fc.option(fc.tuple(second, fraction).map(([whole, rest]) => whole + rest)),
  name: fc.option(
    fc.constantFrom('0_m0', '1_m1', '2_m2', '19700101000000_m0', '19700101000001_m1', 'theirs'),
  ),
});
/** A journal, and a history that knows some of it, twice some of it, and others. */
const cases = journals.chain((migrations) => {
  const recorded = migrations.map(({ hash, when, name }) =>
    fc.record({ hash: fc.constant(hash), createdAt: fc.constant(when), name: fc.constantFrom(name, null) }),
  );
  return fc.record({
    migrations: fc.constant(migrations),
    rows: fc
      .array(fc.oneof(anyRow, ...recorded), { maxLength: 12 })
      .map((all) => all.map((row, id) => historyRow({ ...row, id }))),
  });
});

const rowIds = ({ applied, edited, missingFile, duplicate }: ReturnType<typeof compareHistory>) =>
  [
    ...[...applied, ...edited].map(({ row }) => row.id),
    ...[...missingFile, ...duplicate].map(({ id }) => id),
  ].sort((a, b) => a - b);
const positions = ({ applied, edited, pending }: ReturnType<typeof compareHistory>) =>
  [...[...applied, ...edited].map((entry) => entry.migration), ...pending]
    .map(({ position }) => position)
    .sort((a, b) => a - b);
const record = (all: readonly Migration[], from: number): HistoryRow[] =>
  all.map(({ hash, when, name, layout }, index) =>
    historyRow({ id: from + index, hash, createdAt: when, name: layout === '1.x' ? name : null }),
  );

const holds = (property: (migrations: Migration[], rows: HistoryRow[]) => void) =>
  fc.assert(
    fc.property(cases, ({ migrations, rows }) => property(migrations, rows)),
    { numRuns: 500 },
  );

test('every migration and every row stands in exactly one list', () =>
  holds((migrations, rows) => {
    const result = compareHistory(migrations, rows);
    expect(positions(result)).toEqual(migrations.map(({ position }) => position));
    expect(rowIds(result)).toEqual(rows.map(({ id }) => id));
    const pending = new Set(result.pending);
    expect(result.outOfOrder.every((entry) => pending.has(entry))).toBe(true);
    const recorded = new Set([...result.applied, ...result.edited].map((entry) => entry.migration));
    expect(result.duplicate.every((row) => recorded.has(row.migration))).toBe(true);
  }));

test('applied is what has the content of its row, edited what has not', () =>
  holds((migrations, rows) => {
    const { applied, edited } = compareHistory(migrations, rows);
    const isSame = ({ migration, row }: (typeof applied)[number]) =>
      [migration.hash, ...migration.equalHashes].includes(row.hash);
    expect(applied.every(isSame)).toBe(true);
    expect(edited.some(isSame)).toBe(false);
  }));

test('the order in which the rows are given does not matter', () => {
  const shuffled = cases.chain(({ migrations, rows }) =>
    fc.record({
      ...{ migrations: fc.constant(migrations), rows: fc.constant(rows) },
      other: fc.shuffledSubarray(rows, { minLength: rows.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ migrations, rows, other }) => {
      expect(compareHistory(migrations, other)).toEqual(compareHistory(migrations, rows));
    }),
    { numRuns: 300 },
  );
});

test('a history in the order of the files is matched as it is beside a row of others', () =>
  fc.assert(
    fc.property(journals, fc.nat(8), fc.boolean(), (migrations, count, isNamed) => {
      const recorded = migrations.slice(0, count);
      const rows = recorded.map(({ hash, when, name }, id) =>
        historyRow({ id, hash, createdAt: when, name: isNamed ? name : null }),
      );
      const stranger = historyRow({ id: 99, hash: 'of-nobody', createdAt: null, name: 'nobody' });
      const { missingFile, ...among } = compareHistory(migrations, [...rows, stranger]);
      expect(missingFile).toEqual([stranger]);
      expect(compareHistory(migrations, rows)).toEqual({ ...among, missingFile: [] });
      expect(among.applied.map(({ migration }) => migration)).toEqual(recorded);
    }),
    { numRuns: 1000 },
  ));

test('after all that is pending was recorded, nothing is pending, and what was applied still is', () =>
  holds((migrations, rows) => {
    const before = compareHistory(migrations, rows);
    const after = compareHistory(migrations, [...rows, ...record(before.pending, rows.length)]);
    expect(after.pending).toEqual([]);
    expect(after.edited.length).toBeLessThanOrEqual(before.edited.length);
  }));

test('a history of these very files is all applied, whatever its format and their line ends', () =>
  fc.assert(
    fc.property(journals, fc.boolean(), fc.boolean(), (migrations, isNew, isCrlf) => {
      const rows = migrations.map(({ sql, hash, when, name }, id) =>
        historyRow({
          ...{ id, createdAt: when, name: isNew ? name : null },
          hash: isCrlf ? (equalHashes(sql)[0] ?? hash) : hash,
        }),
      );
      const { applied, ...others } = compareHistory(migrations, rows);
      expect(applied).toHaveLength(migrations.length);
      expect(Object.values(others).flat()).toEqual([]);
    }),
    { numRuns: 300 },
  ));

describe('the upgrade of an old history', () => {
  const old = cases
    .filter(({ migrations }) => migrations[0]?.layout === '1.x')
    .map(({ migrations, rows }) => ({ migrations, rows: rows.map((row) => ({ ...row, name: null })) }));
  const holdsForOld = (property: (migrations: Migration[], rows: HistoryRow[]) => void) =>
    fc.assert(
      fc.property(old, ({ migrations, rows }) => property(migrations, rows)),
      { numRuns: 300 },
    );

  test('every row gets a name of the folder or is unmatched', () =>
    holdsForOld((migrations, rows) => {
      const { names, unmatched } = upgradeNames(migrations, rows);
      expect([...names.keys(), ...unmatched.map(({ id }) => id)].sort((a, b) => a - b)).toEqual(
        rows.map(({ id }) => id),
      );
      const known = new Set(migrations.map(({ name }) => name));
      expect([...names.values()].every((name) => known.has(name))).toBe(true);
    }));

  test('it changes nothing of what is pending', () =>
    holdsForOld((migrations, rows) => {
      const { names, unmatched } = upgradeNames(migrations, rows);
      fc.pre(unmatched.length === 0);
      const upgraded = rows.map((row) => ({ ...row, name: names.get(row.id) ?? null }));
      expect(compareHistory(migrations, upgraded).pending).toEqual(compareHistory(migrations, rows).pending);
    }));

  /** drizzle-orm 1.0 as it is, for whoever doubts the docstring. */
  const drizzleNames = (migrations: readonly Migration[], rows: readonly HistoryRow[]) =>
    rows.map(({ createdAt, hash }) => {
      const same = migrations.filter(
        ({ when }) => when === Math.trunc((createdAt ?? Number.NaN) / 1000) * 1000,
      );
      if (same.length === 1) return same[0]?.name;
      if (same.length > 1) return same.find((migration) => migration.hash === hash)?.name;
      return migrations.findLast((migration) => migration.hash === hash)?.name;
    });

  test('where Drizzle gives no name twice, the names are the same', () =>
    holdsForOld((migrations, rows) => {
      const expected = drizzleNames(migrations, rows);
      fc.pre(new Set(expected).size === expected.length && !expected.includes(undefined));
      const { names } = upgradeNames(migrations, rows);
      expect(rows.map(({ id }) => names.get(id))).toEqual(expected);
    }));
});
