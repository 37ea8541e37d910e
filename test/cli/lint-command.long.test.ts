import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../cli/src/lint/lint';
import { MOST_BYTES, review } from '../../cli/src/review/review';
import { withDatabase } from '../support/database';
import { journalFiles, writeFiles } from '../support/write-migrations';
import { UNASKED } from './lint-support';
import { drizzleGate, withFolder } from './support';

function git(folder: string, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', folder, ...identity, ...args], { stdio: 'pipe' });
}

const migration = (number: number, sql: string) => ({ tag: `000${number}_it`, sql, rollback: 'select 1;' });

/** A repository with two migrations on `base`, and a branch that has these instead. */
function inRepository<T>(
  branch: Parameters<typeof journalFiles>[0],
  use: (folder: string, root: string) => Promise<T>,
): Promise<T> {
  return withFolder(async (root) => {
    const folder = join(root, 'db');
    git(root, 'init', '-q', '-b', 'base');
    writeFiles(folder, journalFiles([migration(0, 'select 1;'), migration(1, 'TRUNCATE a;')]));
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'base');
    git(root, 'checkout', '-qb', 'branch');
    git(root, 'rm', '-q', 'db/0001_it.sql');
    writeFiles(folder, journalFiles(branch));
    return use(folder, root);
  });
}

test('only what the branch changed, and what it did to what the base has', () =>
  inRepository([migration(0, 'select 1;\r\n'), migration(2, 'TRUNCATE b;')], async (folder) => {
    writeFiles(folder, { '0003_lost.sql': 'select 1;' });
    const { code, stdout } = await drizzleGate([
      'lint',
      '--changed',
      'base',
      '--no-squawk',
      '--migrations',
      folder,
    ]);
    expect(code).toBe(90);
    const found = [...stdout.matchAll(/^ {2}(.) .*\[(.*)\]$/gm)].map(([, sign, rule]) => `${sign} ${rule}`);
    expect(found.sort()).toEqual([
      '! rows-deleted',
      '✗ edited-migration',
      '✗ removed-migration',
      '✗ stray-file',
    ]);
    expect(stdout).toContain('2 migrations looked at: 3 errors, 1 warning');
  }));

test('a document, annotations and a summary; warnings fail only with --strict', () =>
  withFolder(async (root) => {
    const folder = join(root, 'db');
    writeFiles(folder, journalFiles([migration(0, 'select 1;\nTRUNCATE a, b;')]));
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(root, 'summary.md'),
      GITHUB_WORKSPACE: root,
    };
    const args = ['lint', '--json', '--migrations', folder];
    const told = await drizzleGate(args, { env });
    expect(told.code).toBe(0);
    expect(JSON.parse(told.stdout)).toMatchObject({
      ...{ ok: true, errors: 0, warnings: 1, migrations: ['0000_it'] },
      findings: [
        { rule: 'rows-deleted', severity: 'warning', line: 2, column: 1, excerpt: 'TRUNCATE a, b;\n^' },
      ],
    });
    expect(told.stderr).toMatch(
      /^::warning file=db\/0000_it\.sql,line=2,title=drizzle-gate lint::destroys every row/m,
    );
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('| ⚠️ |');
    expect((await drizzleGate([...args, '--strict'])).code).toBe(90);
  }));

test('a database is asked where it is given: edited files, and one that does not answer', () =>
  withFolder(async (folder) => {
    const lintIt = (url: string) =>
      drizzleGate(['lint', '--no-squawk', '--migrations', folder], {
        env: { DATABASE_URL: url, CONNECT_RETRY_SECONDS: '0' },
      });
    await withDatabase(async ({ url }) => {
      writeFiles(folder, journalFiles([migration(0, 'select 1;')]));
      const migrated = await drizzleGate(['migrate', '--migrations', folder], { env: { DATABASE_URL: url } });
      expect(migrated.code).toBe(0);
      expect((await lintIt(url)).code).toBe(0);
      writeFiles(folder, journalFiles([migration(0, 'select 2;')]));
      const edited = await lintIt(url);
      expect(edited.code).toBe(90);
      expect(edited.stdout).toMatch(/✗ 1 0000_it was edited after it was applied .*\[edited-migration\]/);
    });
    const gone = await lintIt('postgresql://u@127.0.0.1:1/d');
    expect(gone.code).toBe(69);
    expect(gone.stdout).toContain('the database could not be asked');
  }));

test('the comment of a review has the SQL as code that it can not leave, within its bounds', () =>
  inRepository(
    [
      migration(0, 'select 3;'),
      migration(1, 'TRUNCATE a;'),
      migration(2, `select '\n\`\`\`\n</details> @team';\n${'select 1;\n'.repeat(9000)}`),
    ],
    async (folder, root) => {
      writeFiles(root, {
        ...{ 'old/a.yaml': 'kind: Job\nttl: 1\n', 'new/a.yaml': 'kind: Job\nttl: 2\n' },
        'proof.json': JSON.stringify({
          ok: false,
          migrations: [
            { tag: '0002_it', state: 'failed', steps: { up: 'yes' }, problems: [{ message: 'a <b> @c' }] },
          ],
        }),
      });
      const text = await review({
        ...{ ...UNASKED, folder, base: 'base', proof: join(root, 'proof.json') },
        manifests: { before: join(root, 'old'), after: join(root, 'new') },
      });
      expect(text).toMatch(/^<!-- drizzle-gate review -->\n## Migrations\n/);
      expect(text).toContain("````sql\nselect '\n```\n</details> @team';");
      expect(text).toContain('```diff\n--- 0000_it.sql\n+++ 0000_it.sql\n@@ ');
      expect(text).toMatch(/^-select 1;$[\s\S]*^\+select 3;$/m);
      expect(text).toContain('-ttl: 1\n+ttl: 2');
      expect(text).toContain('<summary>a &lt;b> @\u200bc</summary>');
      expect(text).toMatch(/### Lint ❌[\s\S]*edited-migration/);
      expect(text).toMatch(/… and \d+ lines more in the file/);
      expect(Buffer.byteLength(text)).toBeLessThan(MOST_BYTES);
    },
  ));

test('a review has the findings that lint has with the same rules, and no comparison with manifests that are not there', () =>
  inRepository([migration(0, 'select 1;'), migration(2, 'TRUNCATE b;')], async (folder, root) => {
    const args = ['review', '--no-squawk', '--base', 'base', '--migrations', folder];
    const told = await drizzleGate([...args, '--exclude', 'rows-deleted,removed-migration']);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('looked at: nothing found') });
    const missing = join(root, 'nowhere');
    const refused = await drizzleGate([...args, '--dist', missing, '--base-dist', root]);
    expect(refused).toMatchObject({ code: 78, stderr: expect.stringContaining('does not exist') });
  }));

test('a migration of the 1.x layout that is removed is told of the folder, which has no journal', () =>
  withFolder(async (root) => {
    const folder = join(root, 'db');
    git(root, 'init', '-q', '-b', 'base');
    for (const tag of ['20260101000000_a', '20260102000000_b']) {
      mkdirSync(join(folder, tag), { recursive: true });
      writeFileSync(join(folder, tag, 'migration.sql'), 'select 1;');
    }
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'base');
    git(root, 'rm', '-rqf', 'db/20260101000000_a');
    const { findings } = await lint({ ...UNASKED, folder, changed: 'base' });
    expect(findings.find(({ rule }) => rule === 'removed-migration')).not.toHaveProperty('path');
  }));
