import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { changedFiles, defaultBase, repositoryRoot } from '../../cli/src/selection/changed-files';
import { selectByFile, selectByTag } from '../../cli/src/selection/select-migrations';
import { readJournal } from '../../core/journal';
import { journalFiles, writeFiles } from '../support/write-migrations';
import { withFolder } from './support';

const tags = ['0000_old', '0001_edited', '0002_script', '0003_committed', '0004_added', '0005_deleted'];

function git(folder: string, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', folder, ...identity, ...args], { stdio: 'pipe' });
}

/** A repository with a branch `base`, and a branch with changes of every kind on it. */
async function inRepository(use: (folder: string, root: string) => Promise<void>): Promise<void> {
  await withFolder(async (root) => {
    const folder = join(root, 'my app', 'drizzle');
    const migrations = (count: number) =>
      tags.slice(0, count).map((tag) => ({ tag, sql: 'select 1;\n', rollback: 'select 2;\n' }));
    git(root, 'init', '-q', '-b', 'base');
    writeFiles(folder, journalFiles(migrations(3).concat(migrations(6).slice(5))));
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'base');
    git(root, 'checkout', '-qb', 'branch');
    writeFiles(folder, journalFiles(migrations(6).filter(({ tag }) => tag !== '0004_added')));
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'more');
    // What others did meanwhile is no change of this branch.
    git(root, 'checkout', '-q', 'base');
    writeFiles(folder, { '0000_old.sql': 'select 3;\n' });
    git(root, 'commit', '-qam', 'theirs');
    git(root, 'checkout', '-q', 'branch');
    writeFiles(folder, journalFiles(migrations(6)));
    writeFiles(folder, { '0001_edited.sql': 'select 4;\n', 'rollback/0002_script.sql': 'select 5;\n' });
    git(root, 'add', join(folder, 'rollback', '0002_script.sql'));
    rmSync(join(folder, 'rollback', '0005_deleted.sql'));
    await use(folder, root);
  });
}

test('committed, staged, edited, new and deleted files of the branch, and nothing that others did', () =>
  inRepository(async (folder, root) => {
    const changed = selectByFile(readJournal(folder), await changedFiles(folder, 'base'));
    expect(changed.map(({ tag }) => tag)).toEqual(tags.slice(1));
    expect(await repositoryRoot(folder)).toBe(root);
  }));

test('a base that is not there is told with what to do', () =>
  inRepository(async (folder) => {
    await expect(changedFiles(folder, 'origin/main')).rejects.toMatchObject({
      exit: 'CONFIG',
      message: expect.stringMatching(/^what changed since "origin\/main" is not known: fatal: Not a valid/),
      remedy: expect.stringContaining('fetch-depth: 0'),
    });
    await expect(changedFiles(folder, '--output=x')).rejects.toMatchObject({ exit: 'CONFIG' });
  }));

test('a folder in no repository has no root and no base', () =>
  withFolder(async (folder) => {
    expect(await repositoryRoot(folder)).toBeUndefined();
    await expect(changedFiles(folder, 'main')).rejects.toMatchObject({ exit: 'CONFIG' });
  }));

test.each([
  [{ GITHUB_BASE_REF: 'release/1' }, 'origin/release/1'],
  [{ GITHUB_BASE_REF: '' }, 'origin/main'],
  [{}, 'origin/main'],
])('the base in %j is %s', (environment, base) => {
  expect(defaultBase(environment)).toBe(base);
});

test('tags and numbers choose in the order of the journal, and all that choose nothing are told', () =>
  withFolder((folder) => {
    writeFiles(
      folder,
      journalFiles(['0000_a', '0001_b', '0001_c'].map((tag) => ({ tag, sql: 'select 1;' }))),
    );
    const journal = readJournal(folder);
    expect(selectByTag(journal, ['0001_c', '0']).map(({ tag }) => tag)).toEqual(['0000_a', '0001_c']);
    expect(() => selectByTag(journal, ['1', 'x', '0'])).toThrow(
      expect.objectContaining({
        exit: 'CONFIG',
        detail: expect.stringMatching(/"1" could be 0001_b or 0001_c[\s\S]*"x" is no migration of/),
      }),
    );
  }));
