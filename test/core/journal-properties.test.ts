import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { JournalError, type Layout, readJournal } from '../../core/journal';
import { afterUp, folderPerMigration, writeFolder } from '../support/migrations-folder';

/** Folders are written for each case; a failing one is shrunk, and then removed like the others. */
function readWritten(files: Record<string, string | Buffer>) {
  const folder = writeFolder(files);
  try {
    const journal = readJournal(folder);
    // A text is read when it is asked for, and the folder is about to go.
    for (const { sql } of journal.migrations) expect(sql).toBeDefined();
    return journal;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const slug = fc.stringMatching(/^[a-z][a-z0-9_-]{0,11}$/);
const text = fc.string({ unit: fc.constantFrom('a', ';', '\n', "'", '-', 'é', '\u{1F418}', ' ') });
const time = fc.integer({ min: 1_500_000_000_000, max: 1_760_000_000_000 });
const folderMigrations = fc
  .uniqueArray(fc.record({ slug, sql: text, when: time }), { maxLength: 8, selector: ({ slug }) => slug })
  .map((all) =>
    all.map(({ slug, ...rest }, idx) => ({ ...rest, tag: `${String(idx).padStart(4, '0')}_${slug}` })),
  );
type Written = { tag: string; sql: string; when: number };

const journalOf = (migrations: readonly Written[]) =>
  JSON.stringify({
    version: '7',
    dialect: 'postgresql',
    entries: migrations.map(({ tag, when }, idx) => ({ idx, tag, when })),
  });
const filesOf = (migrations: readonly Written[]) => ({
  'meta/_journal.json': journalOf(migrations),
  ...Object.fromEntries(migrations.map(({ tag, sql }) => [`${tag}.sql`, sql])),
});
const foldersOf = (migrations: readonly Written[]) =>
  Object.fromEntries(afterUp(migrations).map(({ tag, sql }) => [`${tag}/migration.sql`, sql]));
const filesIn = (layout: Layout, migrations: readonly Written[]) =>
  layout === '0.x' ? filesOf(migrations) : foldersOf(migrations);
const layouts = fc.constantFrom<Layout>('0.x', '1.x');

test('a written folder of 0.x reads back as it was', () => {
  fc.assert(
    fc.property(folderMigrations, (written) => {
      const { layout, migrations } = readWritten(filesOf(written));
      expect(layout).toBe('0.x');
      expect(migrations.map(({ tag, sql, when }) => ({ tag, sql, when }))).toEqual(
        written.map(({ tag, sql, when }) => ({ tag, sql, when })),
      );
    }),
    { numRuns: 30 },
  );
});

test('after drizzle-kit up it has the same names, contents and seconds', () => {
  fc.assert(
    fc.property(
      folderMigrations.filter(({ length }) => length > 0),
      (written) => {
        const before = readWritten(filesOf(written)).migrations;
        const after = readWritten(foldersOf(written)).migrations;
        const byName = (all: typeof before) =>
          new Map(all.map(({ name, hash, when }) => [name, [hash, Math.trunc(when / 1000)]]));
        expect(after.every(({ layout }) => layout === '1.x')).toBe(true);
        expect(byName(after)).toEqual(byName(before));
        expect(after.map(({ when }) => when)).toEqual(after.map(({ when }) => when).sort((a, b) => a - b));
      },
    ),
    { numRuns: 30 },
  );
});

test('line ends never change the digest, and every other text does', () => {
  fc.assert(
    fc.property(
      layouts,
      folderMigrations.filter(({ length }) => length > 0),
      text,
      (layout, written, other) => {
        const crlf = written.map((migration) => ({
          ...migration,
          sql: migration.sql.replaceAll('\n', '\r\n'),
        }));
        const { digest } = readWritten(filesIn(layout, written));
        expect(readWritten(filesIn(layout, crlf)).digest).toBe(digest);
        const [first, ...rest] = written;
        fc.pre(first !== undefined && other !== first.sql);
        expect(
          readWritten(filesIn(layout, [{ ...(first as Written), sql: other }, ...rest])).digest,
        ).not.toBe(digest);
      },
    ),
    { numRuns: 30 },
  );
});

describe('whatever the folder holds, it is read or refused with a JournalError', () => {
  const readable = (files: Record<string, string | Buffer>) => {
    try {
      return readWritten(files);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      for (const problem of error.problems) expect(problem).toMatch(/[^\s]/);
      return undefined;
    }
  };

  test('a journal of any JSON', () => {
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          idx: fc.jsonValue(),
          tag: fc.oneof(slug, fc.string(), fc.jsonValue()),
          when: fc.oneof(time, fc.double(), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
    );
    const journal = fc.oneof(
      fc.jsonValue(),
      fc.record({ dialect: fc.jsonValue(), entries: fc.array(entry) }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(journal, slug, (value, present) => {
        const files = { 'meta/_journal.json': JSON.stringify(value), [`${present}.sql`]: 'select 1' };
        const read = readable(files);
        expect(read?.migrations.every(({ tag }) => tag === present) ?? true).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('a journal with bytes changed, inserted or cut off', () => {
    fc.assert(
      fc.property(
        folderMigrations,
        fc.nat(),
        fc.nat(),
        fc.uint8Array({ maxLength: 4 }),
        (written, at, cut, bytes) => {
          const whole = Buffer.from(journalOf(written));
          const from = at % (whole.length + 1);
          const mangled = Buffer.concat([whole.subarray(0, from), bytes, whole.subarray(from + (cut % 20))]);
          readable({ ...filesOf(written), 'meta/_journal.json': mangled });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('folders of any name', () => {
    const name = fc.oneof(
      fc.stringMatching(/^[0-9]{1,16}(_[a-z]{1,3})?$/),
      fc
        .string({ minLength: 1, maxLength: 20 })
        .filter((text) => !/[/\0]|^\.\.?$|[\uD800-\uDFFF]/.test(text)),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (names) => {
        const folder = folderPerMigration(names.map((tag) => ({ tag, sql: '' })));
        try {
          const { migrations } = readJournal(folder);
          expect(migrations.map(({ tag }) => tag).sort()).toEqual([...names].sort());
          expect(migrations.every(({ when }) => Number.isSafeInteger(when))).toBe(true);
        } catch (error) {
          if (!(error instanceof JournalError)) throw error;
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 50 },
    );
  });
});
