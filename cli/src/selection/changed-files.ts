import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GateError } from '../../../runner/src/errors/gate-error';

const run = promisify(execFile);

/** With what a pull request is compared, where nobody says. */
const DEFAULT_BASE = 'origin/main';

/** What git answers, run in a folder. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** The branch that a pull request goes to, as GitHub Actions tells it, or the one that is mostly meant. */
export function defaultBase({ GITHUB_BASE_REF }: NodeJS.ProcessEnv): string {
  return GITHUB_BASE_REF ? `origin/${GITHUB_BASE_REF}` : DEFAULT_BASE;
}

/**
 * Lists the files of a folder that are not as they were where this branch left `base`: in commits, in the index, not
 * yet added. Deleted files are among them.
 *
 * @returns paths relative to the folder, with "/".
 * @throws GateError (78) when git does not know the folder or the base.
 */
export async function changedFiles(folder: string, base: string): Promise<ReadonlySet<string>> {
  const ancestor = await mergeBase(folder, base);
  const lists = await Promise.all([
    git(folder, 'diff', '--name-only', '--no-renames', '--relative', '-z', ancestor, '--', '.'),
    git(folder, 'ls-files', '--others', '--exclude-standard', '-z', '--', '.'),
  ]);
  return new Set(lists.flatMap((list) => list.split('\0')).filter((name) => name !== ''));
}

/** The commit in which this branch left `base`. @throws GateError (78) when git does not know one of them. */
export async function mergeBase(folder: string, base: string): Promise<string> {
  try {
    // A name that begins with a dash must not become an option.
    return (await git(folder, 'merge-base', '--end-of-options', base, 'HEAD')).trim();
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const why =
      (stderr ?? '').trim().split('\n')[0] || (stderr === '' ? 'they have no common commit here' : message);
    throw new GateError('CONFIG', `what changed since ${JSON.stringify(base)} is not known: ${why}`, {
      remedy: (await repositoryRoot(folder))
        ? 'fetch that branch with its history (actions/checkout: fetch-depth: 0), or give another one'
        : 'only a git repository knows what changed: give a folder that lies in one',
      cause: error,
    });
  }
}

/** Root of the repository that the folder lies in; undefined where it lies in none. */
export async function repositoryRoot(folder: string): Promise<string | undefined> {
  try {
    return (await git(folder, 'rev-parse', '--show-toplevel')).replace(/\n$/, '');
  } catch {
    return undefined;
  }
}
