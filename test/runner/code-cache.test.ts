import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFolder } from '../cli/support';

const ROOT = process.cwd();

/** Makes the cache of a bundle as its build does. */
function make(folder: string) {
  const program = join(ROOT, 'runner', 'code-cache.mjs');
  return spawnSync(process.execPath, ['--random-seed=1', program, folder], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  });
}

const withBundle = (use: (folder: string) => void) =>
  withFolder((folder) => {
    cpSync(join(ROOT, 'runner', 'dist'), folder, { recursive: true });
    use(folder);
  });

/** Files with what they hold. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(path, 'base64')]));
}

test('made again, it has the same bytes, and nothing else is left of the rehearsal', () =>
  withBundle((folder) => {
    const before = contents(folder);
    const { status, stderr } = make(folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const after = contents(folder);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(Object.keys(after).filter((path) => after[path] !== before[path])).toEqual([]);
  }));

test('a bundle whose migrate does not succeed has none, and the build says what was asked', () =>
  withBundle((folder) => {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.cjs'))) {
      const path = join(folder, name);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(' as progress', ' as unheard_of'));
    }
    const { status, stderr } = make(folder);
    expect(status).toBe(1);
    expect(stderr).toContain('a rehearsed migrate ended with 69 and not with migration_applied; it asked:\n');
    expect(stderr).toContain(' as unheard_of\n');
    expect(stderr).toContain('the pretended database has no answer for unheard_of');
    const [version = ''] = readdirSync(join(folder, 'code-cache'));
    expect(readdirSync(join(folder, 'code-cache', version))).toEqual(['migrations']);
  }));
