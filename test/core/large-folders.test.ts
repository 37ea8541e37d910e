import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareHistory, readJournal, sha256, upgradeNames } from '../../core/journal';
import { migrationsFolder } from '../support/migrations-folder';

const CHUNK = 131_072;
const ONE = { tag: '0000_one', sql: 'select 1;\n' };
const rowOf = ({ hash, when, position }: { hash: string; when: number; position: number }) => ({
  ...{ id: position + 1, hash, createdAt: when, name: null, appliedAt: null },
});

test('files that are applied as they stand are read once, and not held', () => {
  const folder = migrationsFolder(
    Array.from({ length: 50 }, (_, index) => ({ tag: `${1000 + index}_many`, sql: `select ${index};\n` })),
  );
  const { migrations } = readJournal(folder);
  const rows = migrations.map(rowOf);
  rmSync(folder, { recursive: true });
  const { applied, pending } = compareHistory(migrations, rows.slice(0, 49));
  expect([applied.length, pending.length]).toEqual([49, 1]);
  // Also where the database is ahead of the files.
  const ahead = { ...rowOf({ hash: 'unknown', when: 1, position: 70 }) };
  expect(compareHistory(migrations, [...rows, ahead]).missingFile).toEqual([ahead]);
  expect(upgradeNames(migrations, rows).names.size).toBe(50);
  // Another spelling of one of them is found in the file.
  const other = { ...rows[3], hash: 'in another spelling' };
  expect(() => compareHistory(migrations, [...rows.slice(0, 3), other as (typeof rows)[0]])).toThrow(
    /1003_many.sql cannot be read \(ENOENT\)/,
  );
});

test.each([
  ['a CRLF across the border', `${'x'.repeat(CHUNK - 1)}\r\nselect 1;\r\n`],
  ['a CR behind the border', `${'x'.repeat(CHUNK)}\r\nselect 1;\r\n`],
  ['characters across borders', 'é€😀'.repeat(CHUNK / 4)],
  ['one of two bytes across it', `${'x'.repeat(CHUNK - 1)}é`],
  ['one of four bytes across it', `${'x'.repeat(CHUNK - 3)}😀`],
  ['a first CRLF far behind', `\uFEFF${'x\n'.repeat(CHUNK)}\r\n`],
])('a file is hashed in pieces: %s', (_name, sql) => {
  const lf = sql.replaceAll('\r\n', '\n');
  const unmarked = lf.replace(/^\uFEFF/, '');
  const spellings = [unmarked, unmarked.replaceAll('\n', '\r\n')].flatMap((each) => [each, `\uFEFF${each}`]);
  const [migration] = readJournal(migrationsFolder([{ ...ONE, sql }])).migrations;
  expect(migration).toMatchObject({ hash: sha256(sql), lfHash: sha256(lf), sql });
  expect(new Set([migration?.hash, ...(migration?.equalHashes ?? [])])).toEqual(
    new Set([sql, ...spellings].map(sha256)),
  );
});

test.each([
  [
    'half a character at the end',
    Buffer.concat([Buffer.alloc(CHUNK, 'x'), Buffer.from([0xe2, 0x82])]),
    /UTF-8/,
  ],
  [
    'half a character at a border',
    Buffer.concat([Buffer.alloc(CHUNK - 1, 'x'), Buffer.from([0xe2, 0x41])]),
    /UTF-8/,
  ],
  [
    'U+0000 in a later piece',
    Buffer.concat([Buffer.alloc(CHUNK, 'x\n'), Buffer.from('ab\0')]),
    /line 65537, column 3/,
  ],
])('a fault is told wherever it stands: %s', (_name, content, problem) => {
  const folder = migrationsFolder([ONE], { '0000_one.sql': content });
  expect(() => readJournal(folder)).toThrow(problem);
});

test('a large file that is applied costs next to no memory', () => {
  const folder = migrationsFolder([ONE]);
  writeFileSync(join(folder, '0000_one.sql'), Buffer.alloc(40_000_000, 'insert into t values (1);\n'));
  const before = process.memoryUsage();
  const [migration] = readJournal(folder).migrations;
  const after = process.memoryUsage();
  expect(migration?.hash).toHaveLength(64);
  expect(after.arrayBuffers - before.arrayBuffers + after.heapUsed - before.heapUsed).toBeLessThan(5_000_000);
});
