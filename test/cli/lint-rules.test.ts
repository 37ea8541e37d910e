import { lintFiles, lintSql, rulesIn } from './lint-support';

const CONCURRENT = 'CREATE INDEX CONCURRENTLY i ON t (a);';

test.each([
  [
    'a migration without a statement',
    '-- Custom SQL migration file, put your code below! --\n',
    ['empty-migration:1'],
  ],
  ['one that says why it has none', '-- only types change\n', []],
  ['what PostgreSQL can not read', 'select 1;\nselect é frm x;', ['syntax-error:2']],
  [
    'a merge that is not resolved',
    'select 1;\n<<<<<<< HEAD\nselect 2;\n=======\nselect 3;\n>>>>>>> x\n',
    ['merge-conflict:2'],
  ],
  ['a command of psql', 'select 1;\n\\d t\n', ['refused:2']],
  ['a wrong directive', '-- drizzle-gate: no-transactoin\nselect 1;', ['refused:1']],
  [
    'a mark inside a body',
    'DO $$ BEGIN\n--> statement-breakpoint\nNULL; END $$;',
    ['breakpoint-in-statement:2'],
  ],
  ['CONCURRENTLY alone', CONCURRENT, []],
  [
    'CONCURRENTLY in a transaction of the directive',
    `-- drizzle-gate: transaction\n${CONCURRENT}`,
    ['concurrently-in-transaction:2'],
  ],
  [
    'CONCURRENTLY in one of the file',
    `BEGIN;\n${CONCURRENT}\nCOMMIT;`,
    ['own-transaction:1', 'concurrently-in-transaction:2'],
  ],
  ['CONCURRENTLY behind the COMMIT of what Drizzle began', `COMMIT;\n${CONCURRENT}`, ['own-transaction:1']],
  [
    'CONCURRENTLY beside others',
    `ALTER TABLE t ADD COLUMN a int;\n${CONCURRENT}`,
    ['partly-transactional:2'],
  ],
  ['the same, meant', `-- drizzle-gate: no-transaction\nALTER TABLE t ADD COLUMN a int;\n${CONCURRENT}`, []],
  ['CONCURRENTLY without a name', 'CREATE INDEX CONCURRENTLY ON t (a);', ['unnamed-concurrent-index:1']],
  ['what is gone with the session', `LISTEN x;\n${CONCURRENT}`, ['not-resumable:1']],
  ['a block that can not commit', `COMMIT;\nDO $$ BEGIN PERFORM 1; END $$;`, ['own-transaction:1']],
  [
    'a value used where it is added',
    "ALTER TYPE e ADD VALUE 'x';\nALTER TABLE t ALTER COLUMN a SET DEFAULT 'x';",
    ['enum-value-used:2'],
  ],
  [
    'a value of an enum that is new',
    "CREATE TYPE e AS ENUM ('a');\nALTER TYPE e ADD VALUE 'x';\nCREATE TABLE t (a e DEFAULT 'x');",
    [],
  ],
  [
    'a lock kept through a data change',
    'ALTER TABLE t ADD COLUMN a int;\nUPDATE t SET a = 1;',
    ['lock-kept-through-data-change:2'],
  ],
  [
    'the same where each statement commits',
    '-- drizzle-gate: no-transaction\nALTER TABLE t ADD COLUMN a int;\nUPDATE t SET a = 1;',
    [],
  ],
  [
    'the same on a table that is new',
    'CREATE TABLE t (b int);\nALTER TABLE t ADD COLUMN a int;\nUPDATE t SET a = 1;',
    [],
  ],
  ['a data change behind a dropped table', 'DROP TABLE o;\nUPDATE t SET a = 1;', []],
  ['a rewrite', 'ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid();', ['table-rewrite:1']],
  ['rows that go', 'DELETE FROM t;\nTRUNCATE u;', ['rows-deleted:1', 'rows-deleted:2']],
  [
    'rows of a temporary table of a block',
    'DO $$ BEGIN CREATE TEMP TABLE t (a int); DELETE FROM t; END $$;',
    [],
  ],
])('%s', async (_what, sql, expected) => {
  const result = await lintSql(sql);
  expect(rulesIn(result)).toEqual(expected);
});

test('a validation in the transaction of another file, and not in one that asks for none', async () => {
  const add = {
    tag: '0000_add',
    rollback: 'select 1;',
    sql: 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;',
  };
  const validate = (top: string) => ({
    tag: '0001_validate',
    rollback: 'select 1;',
    sql: `${top}ALTER TABLE t VALIDATE CONSTRAINT c;`,
  });
  const together = { tags: ['0', '1'] };
  expect(rulesIn(await lintFiles([add, validate('')], together))).toEqual(['validated-in-same-unit:1']);
  expect(rulesIn(await lintFiles([add, validate('-- drizzle-gate: no-transaction\n')], together))).toEqual(
    [],
  );
  expect(rulesIn(await lintFiles([add, validate('')]))).toEqual([]);
});

const ONE = { tag: '0000_one', sql: 'select 1;', rollback: 'select 1;' };
const TWO = { tag: '0001_two', sql: 'select 2;', rollback: 'select 2;' };
const snapshot = (id: string, prevId: string) => JSON.stringify({ id, prevId, tables: {} });

test.each([
  [
    'a late merge',
    [
      { ...ONE, when: 5 },
      { ...TWO, when: 4 },
    ],
    {},
    ['not-newer:1'],
  ],
  [
    'the same time',
    [
      { ...ONE, when: 5 },
      { ...TWO, when: 5 },
    ],
    {},
    ['not-newer:1'],
  ],
  ['a time to come', [{ ...ONE, when: 9e12 }], {}, ['future-when:1']],
  ['a file that nobody applies', [ONE], { '0001_lost.sql': 'select 1;' }, ['stray-file:1']],
  ['no way back', [{ ...ONE, rollback: undefined }, TWO], {}, ['missing-rollback:1']],
  [
    'declared so',
    [{ ...ONE, sql: '-- drizzle-gate: irreversible mail was sent\nselect 1;', rollback: undefined }],
    {},
    [],
  ],
  [
    'none at all',
    [
      { ...ONE, rollback: undefined },
      { ...TWO, rollback: undefined },
    ],
    {},
    ['missing-rollback'],
  ],
  [
    'an open decision',
    [{ ...ONE, rollback: '-- MANUAL: which rows?\nselect 1;' }],
    {},
    ['unusable-rollback:1'],
  ],
  ['one number twice', [ONE, { ...TWO, tag: '0000_two' }], {}, ['shared-number:1']],
  [
    'two snapshots of one parent',
    [ONE, TWO],
    { 'meta/0000_snapshot.json': snapshot('a', 'z'), 'meta/0001_snapshot.json': snapshot('b', 'z') },
    ['snapshot-conflict:1'],
  ],
  [
    'a broken chain',
    [ONE, TWO],
    { 'meta/0000_snapshot.json': snapshot('a', 'z'), 'meta/0001_snapshot.json': snapshot('b', 'q') },
    ['snapshot-chain:1'],
  ],
  [
    'a snapshot with a conflict',
    [ONE],
    { 'meta/0000_snapshot.json': '<<<<<<< HEAD\n{}\n=======\n>>>>>>> x\n' },
    ['snapshot-unreadable:1'],
  ],
  [
    'a missing snapshot',
    [ONE, TWO],
    { 'meta/0000_snapshot.json': snapshot('a', 'z') },
    ['missing-snapshot:1'],
  ],
])('%s', async (_what, migrations, files, expected) => {
  const { findings, ...rest } = await lintFiles(
    migrations as (typeof ONE)[],
    {},
    files as Record<string, string>,
  );
  // Without a script of one migration, the other has one.
  expect(rulesIn({ findings, ...rest })).toEqual(expected);
});

test('a journal that can not be read is a finding, a folder that is none a refusal', async () => {
  const conflict = { 'meta/_journal.json': '{\n<<<<<<< HEAD\n' };
  const broken = await lintFiles([ONE], {}, conflict);
  expect(rulesIn(broken)).toEqual(['broken-folder:2']);
  expect(broken.findings[0]).toMatchObject({
    severity: 'error',
    path: expect.stringContaining('_journal.json'),
  });
  await expect(lintFiles([ONE], { folder: '/nowhere/at/all' })).rejects.toMatchObject({
    name: 'JournalError',
  });
});

test('what is excluded is not told', async () => {
  expect(rulesIn(await lintSql('TRUNCATE t;', { exclude: ['rows-deleted'] }))).toEqual([]);
});
