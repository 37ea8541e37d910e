import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JournalError, readJournal, sha256 } from '../../core/journal';
import { type FolderMigration, migrationsFolder } from '../support/migrations-folder';

const ONE: FolderMigration = { tag: '0000_one', sql: 'create table one ();' };
const TWO: FolderMigration = { tag: '0001_two', sql: 'create table two ();' };

function problemsOf(folder: string): readonly string[] {
  try {
    readJournal(folder);
  } catch (error) {
    if (error instanceof JournalError) return error.problems;
    throw error;
  }
  return [];
}

const withJournal = (text: string | Buffer) => migrationsFolder([], { 'meta/_journal.json': text });
const withEntries = (...entries: unknown[]) =>
  withJournal(JSON.stringify({ dialect: 'postgresql', entries }));

describe('a faulty folder is refused with a remedy', () => {
  const file = () => join(migrationsFolder([ONE]), '0000_one.sql');
  const journalIsFolder = () => {
    const folder = migrationsFolder([ONE], { 'x.txt': '' });
    const other = join(folder, 'other');
    mkdirSync(join(other, 'meta', '_journal.json'), { recursive: true });
    return other;
  };
  test.each<[string, () => string, RegExp]>([
    ['no folder', () => '/nowhere/at/all', /does not exist; give the folder/],
    ['a file', file, /is not a folder/],
    [
      'no journal',
      () => join(migrationsFolder([]), 'meta'),
      /neither meta\/_journal.json nor a folder with a migration.sql; run `drizzle-kit generate`/,
    ],
    ['a journal that is a folder', journalIsFolder, /cannot be read \(EISDIR\)/],
    ['broken JSON', () => withJournal('{"entries": ['), /not valid JSON .*; restore it/],
    [
      'two branches',
      () => withJournal('{"entries": [\r\n<<<<<<< HEAD\r\n{}\r\n=======\r\n>>>>>>> b\r\n]}'),
      /_journal.json, line 2: a merge conflict is not resolved/,
    ],
    ['JSON of something else', () => withJournal('null'), /has no "entries"; restore it/],
    ['a journal that is not UTF-8', () => withJournal(Buffer.from([0x7b, 0xff])), /not valid UTF-8; save it/],
    ['no entries', () => withJournal('{}'), /has no "entries"; restore it/],
    [
      'another dialect',
      () => withJournal('{"dialect":"mysql","entries":[{"tag":"a","when":1}]}'),
      /dialect "mysql", not for PostgreSQL/,
    ],
    ['a tag twice', () => migrationsFolder([ONE, ONE]), /"0000_one" stands twice; remove one/],
    ['a path as a tag', () => withEntries({ tag: '../../etc/passwd', when: 1 }), /is a path; it must name/],
    ['a Windows path as a tag', () => withEntries({ tag: 'a\\b', when: 1 }), /is a path/],
    ['no tag', () => withEntries({ when: 1 }), /"tag" is undefined; it must name/],
    ['a fraction as time', () => withEntries({ tag: 'a', when: 1.5 }), /"when" is 1.5; it must be a time/],
    ['a text as time', () => withEntries({ tag: 'a', when: '1' }), /"when" is "1"/],
    ['an entry that is null', () => withEntries(null), /entry 0: "tag" is undefined/],
    [
      'a missing file',
      () => withEntries({ tag: 'gone', when: 1 }),
      /gone stands in the journal, but .* does not exist/,
    ],
    [
      'SQL that is not UTF-8',
      () => migrationsFolder([ONE], { '0000_one.sql': Buffer.from([0x2d, 0x2d, 0xe9]) }),
      /0000_one.sql is not valid UTF-8; save it as UTF-8/,
    ],
    [
      'SQL with U+0000',
      () => migrationsFolder([{ ...ONE, sql: 'select 1;\n-- é\0' }]),
      /0000_one.sql has the character U\+0000 in line 2, column 5, which PostgreSQL can't take; remove it, or save/,
    ],
  ])('%s', (_name, folder, expected) => {
    const problems = problemsOf(folder());
    expect(problems).toContainEqual(expect.stringMatching(expected));
  });

  test('all problems are told at once', () => {
    const faulty = withEntries(
      { tag: 'a', when: 'x' },
      { tag: '' },
      { tag: 'a', when: 2 },
      { tag: 'gone', when: 1 },
    );
    expect(problemsOf(faulty)).toEqual([
      expect.stringContaining('entry 0: "when" is "x"'),
      expect.stringContaining('entry 1: "tag" is ""'),
      expect.stringContaining('entry 1: "when" is undefined'),
      expect.stringContaining('entry 2: the tag "a" stands twice'),
      expect.stringContaining('gone stands in the journal, but'),
    ]);
  });
});

describe('a sound folder', () => {
  test('keeps the order of the file, not of idx, tag or time', () => {
    const folder = withEntries({ idx: 5, tag: 'b', when: 2 }, { idx: 1, tag: 'a', when: 1 });
    for (const tag of ['a', 'b']) writeFileSync(join(folder, `${tag}.sql`), `select '${tag}'`);
    const { migrations, warnings } = readJournal(folder);
    expect(warnings).toContainEqual(
      expect.stringMatching(
        /"idx" does not count from 0 without gaps \(it is 5 at "b", where 0 comes next\)/,
      ),
    );
    expect(migrations.map(({ tag, position }) => [tag, position])).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });

  test("the hash is Drizzle's: of the text as it is, byte order mark and line ends included", () => {
    const sql = '\uFEFFselect 1;\r\n';
    const [migration] = readJournal(migrationsFolder([{ ...ONE, sql }])).migrations;
    expect(migration).toMatchObject({ sql, hash: sha256(sql) });
  });

  test('CRLF and LF are the same migration and give the same digest', () => {
    const lf = readJournal(migrationsFolder([{ ...ONE, sql: 'select 1;\nselect 2;\n' }, TWO]));
    const crlf = readJournal(migrationsFolder([{ ...ONE, sql: 'select 1;\r\nselect 2;\r\n' }, TWO]));
    expect(crlf.digest).toBe(lf.digest);
    expect(crlf.migrations[0]?.equalHashes).toContain(lf.migrations[0]?.hash);
    expect(lf.migrations[0]?.equalHashes).toContain(crlf.migrations[0]?.hash);
  });

  test.each([
    ['a CRLF across the border', `${'x'.repeat(65_535)}\r\nselect 1;\r\n`],
    ['a CR at the end of one', `${'x'.repeat(65_535)}\rselect 1;\r\r\n\n`],
    ['mixed line ends and a mark', `\uFEFFselect 'é';\r\n\nselect 1;\r`],
  ])('files are hashed in pieces: %s', (_name, sql) => {
    const unmarked = sql.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
    const spellings = [unmarked, unmarked.replaceAll('\n', '\r\n')].flatMap((one) => [one, `\uFEFF${one}`]);
    const [migration] = readJournal(migrationsFolder([{ ...ONE, sql }])).migrations;
    expect(new Set([migration?.hash, ...(migration?.equalHashes ?? [])])).toEqual(
      new Set([sql, ...spellings].map(sha256)),
    );
  });

  test('a text is loaded only when asked for, and refused when it is no longer the one that was hashed', () => {
    const folder = migrationsFolder([ONE, TWO]);
    const [one, two] = readJournal(folder).migrations;
    writeFileSync(join(folder, `${ONE.tag}.sql`), 'drop table one;');
    expect(() => one?.sql).toThrow(/0000_one.sql was changed while the migrations were read; run again$/);
    expect(two?.sql).toBe(TWO.sql);
  });

  test.each<[string, readonly FolderMigration[]]>([
    ['content', [{ ...ONE, sql: 'create table other ();' }, TWO]],
    ['tag', [{ ...ONE, tag: '0000_other' }, TWO]],
    ['time', [{ ...ONE, when: 7 }, TWO]],
    ['order', [TWO, ONE]],
    ['number of migrations', [ONE]],
  ])('another %s gives another digest', (_name, migrations) => {
    expect(readJournal(migrationsFolder(migrations)).digest).not.toBe(
      readJournal(migrationsFolder([ONE, TWO])).digest,
    );
  });

  test('a byte order mark is the same migration, in the journal it is passed over, and both are said', () => {
    const entries = [{ idx: 0, tag: '0000_one', when: 1 }];
    const marked = readJournal(
      migrationsFolder([], {
        'meta/_journal.json': `\uFEFF${JSON.stringify({ entries })}`,
        '0000_one.sql': `\uFEFF${ONE.sql}`,
      }),
    );
    expect(marked.migrations[0]?.equalHashes).toContain(sha256(ONE.sql));
    expect(readJournal(migrationsFolder([ONE])).migrations[0]?.equalHashes).toContain(
      sha256(`\uFEFF${ONE.sql}`),
    );
    expect(marked.warnings).toEqual([
      expect.stringMatching(/^meta\/_journal.json begins with a byte order mark/),
      expect.stringMatching(/^0000_one.sql begins with a byte order mark/),
    ]);
  });

  test('the digest of a folder of 0.x never changes: manifests carry it', () => {
    expect(readJournal(migrationsFolder([ONE, TWO])).digest).toBe(
      'd1e9bcc61d83e7bfc5265f35c1e8a3d57a51199a99780ba95224b393a913e712',
    );
  });

  test('knows the name that drizzle-kit up will give', () => {
    const folder = migrationsFolder([
      { tag: '0007_add_email', sql: '', when: Date.UTC(2026, 1, 3, 4, 5, 6, 789) },
    ]);
    expect(readJournal(folder).migrations[0]).toMatchObject({
      ...{ layout: '0.x', name: '20260203040506_add_email', file: '0007_add_email.sql' },
    });
  });

  test('what real folders contain is accepted, with a warning where a person should know', () => {
    const journal = {
      ...{ version: '5', dialect: 'pg' },
      entries: [
        { idx: 0, version: '5', when: 1_700_000_000_000, tag: '0000_one', breakpoints: false },
        { idx: 3, version: '5', when: 1_600_000_000_000, tag: '1699999999_two', breakpoints: true },
        { idx: 4, version: '5', when: 1_600_000_000_000, tag: '20230101_three' },
        { idx: 5, version: '5', when: 4_000_000_000_000, tag: '0003_four' },
      ],
    };
    const files = Object.fromEntries(journal.entries.map(({ tag }) => [`${tag}.sql`, 'select 1']));
    const { migrations, warnings } = readJournal(
      migrationsFolder([], {
        'meta/_journal.json': JSON.stringify(journal),
        ...files,
        ...{ '0000_other.sql': '', 'meta/0000_snapshot.json': '{}', 'notes/readme.txt': '' },
      }),
    );
    expect(migrations.map(({ tag }) => tag)).toEqual(journal.entries.map(({ tag }) => tag));
    expect(warnings).toEqual([
      expect.stringMatching(/^meta\/_journal.json: "idx" does not count from 0/),
      expect.stringMatching(/^0000_other.sql stands in the folder but not in the journal/),
      expect.stringMatching(/^meta has no snapshot of 0003_four, 20230101_three, 1699999999_two;/),
      expect.stringMatching(/^1699999999_two, 20230101_three are not newer than 0000_one before them/),
      expect.stringMatching(/^0003_four: "when" lies in the future/),
    ]);
  });

  test('an empty journal has nothing to apply', () => {
    expect(readJournal(migrationsFolder([]))).toMatchObject({
      ...{ layout: '0.x', migrations: [], warnings: [expect.stringContaining('has no entries yet')] },
    });
  });

  test('two entries with the same content are two migrations', () => {
    const { migrations } = readJournal(migrationsFolder([ONE, { ...TWO, sql: ONE.sql }]));
    expect(migrations.map(({ hash }) => hash)).toEqual([sha256(ONE.sql), sha256(ONE.sql)]);
  });

  test('warns of files outside the journal, but not of rollback scripts', () => {
    const files = { '0002_lost.sql': '', '0000_one.down.sql': '', 'notes.txt': '' };
    expect(readJournal(migrationsFolder([ONE, TWO], files)).warnings).toEqual([
      expect.stringContaining('0002_lost.sql stands in the folder but not in the journal'),
    ]);
    const many = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.sql`, '']));
    expect(readJournal(migrationsFolder([ONE], many)).warnings).toEqual([
      '4 files stand in the folder but not in the journal, so they are never applied: a.sql, b.sql, c.sql and 1 more',
    ]);
  });

  test("warns of a time that Drizzle's own migrator would skip", () => {
    expect(
      readJournal(
        migrationsFolder([
          { ...ONE, when: 5 },
          { ...TWO, when: 5 },
        ]),
      ).warnings,
    ).toEqual([expect.stringContaining('0001_two is not newer than 0000_one before it')]);
  });
});
