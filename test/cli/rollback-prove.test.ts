import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverUrl } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { drizzleGate, withFolder } from './support';

/** Nothing here is tried on a database: what can be said without one is said at once. */
const folder = () =>
  migrationsFolder([
    { tag: '0000_missing', sql: 'CREATE TABLE users (id int);\n' },
    {
      tag: '0001_manual',
      sql: `UPDATE users SET id = 1;\n`,
      rollback: `-- Rolls back 0001_manual.\n\n-- MANUAL: give back the ids\nSELECT '-- MANUAL: no line';\n`,
    },
    {
      tag: '0002_merged',
      sql: '-- drizzle-gate: irreversible rows of two tables are merged\nDELETE FROM users;\n',
    },
  ]);

const prove = (args: readonly string[], env: Record<string, string> = {}) =>
  drizzleGate(['rollback', 'prove', '--server', serverUrl(), ...args], { env });

test.concurrent('a missing script and a MANUAL line fail, with file, line and remedy; a declared one does not', async () => {
  const { code, stdout } = await prove(['--migrations', folder()]);
  expect(code).toBe(90);
  expect(stdout).toContain(
    '✗ 0000_missing has no rollback script\n  → generate it: drizzle-gate rollback generate 0000_missing',
  );
  expect(stdout).toContain('✗ rollback/0001_manual.sql:3: a person must decide: give back the ids\n');
  expect(stdout).not.toContain('no line');
  expect(stdout).toMatch(/│ · │ 0002_merged +│/);
  expect(stdout).toMatch(/0 of 3 migrations proven, 1 declared irreversible, 2 NOT proven\nproof FAILED\n$/);
});

test.concurrent('--json leaves standard output to the document; annotations and summary go where GitHub reads them', () =>
  withFolder(async (place) => {
    const migrations = folder();
    const GITHUB_STEP_SUMMARY = join(place, 'summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE: migrations };
    const { code, stdout, stderr } = await prove(['--migrations', migrations, '--json'], env);
    expect(code).toBe(90);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ ok: false, proven: 0, failed: 2, irreversible: 1 },
      migrations: [
        { tag: '0000_missing', state: 'failed', script: null },
        { tag: '0001_manual', problems: [{ line: 3 }] },
        { tag: '0002_merged', state: 'irreversible', irreversible: 'rows of two tables are merged' },
      ],
    });
    expect(stderr).toContain('\n::error file=rollback/0001_manual.sql,line=3,title=');
    expect(stderr).toContain('\n::error file=0000_missing.sql,line=1,title=');
    expect(readFileSync(GITHUB_STEP_SUMMARY, 'utf8')).toContain('| ❌ | 0001\\_manual | – |');
  }));

test.concurrent.each<[string, string[], number, RegExp]>([
  [
    'only the migrations that are named',
    ['2'],
    0,
    /0 of 1 migration proven, 1 declared irreversible\nproof passed/,
  ],
  ['a tag that is none', ['0009'], 78, /"0009" is no migration of/],
  [
    'tags and --changed',
    ['2', '--changed', 'main'],
    64,
    /--changed chooses the migrations, but there are tags as well/,
  ],
  ['--changed without git', ['--changed', 'main'], 78, /what changed since "main" is not known/],
])('%s', async (_name, args, expected, words) => {
  const { code, stdout, stderr } = await prove([...args, '--migrations', folder()]);
  expect({ code, words: `${stdout}${stderr}` }).toEqual({
    code: expected,
    words: expect.stringMatching(words),
  });
});
