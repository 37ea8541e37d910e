import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import stopServer from '../../support/global-teardown.mjs';

/** Leaves nothing behind: containers first, because their file systems are mounted. */
export default async function globalTeardown() {
  await stopServer();
  const { TEST_CONTAINER_ENGINE: engine, TEST_IMAGE: image } = process.env;
  const run = (...args) => execFileSync(engine, args, { encoding: 'utf8', stdio: 'pipe' });
  if (engine === 'podman') run('rm', '--all', '--force', '--time', '0');
  // docker has no storage of the tests' own, so that each image must go by its name.
  if (engine === 'docker') {
    const format = '{{.Repository}}:{{.Tag}}';
    const made = run(
      'image',
      'ls',
      '--format',
      format,
      '--filter',
      'reference=localhost/drizzle-gate-test-*',
    );
    run('rmi', '--force', image, ...made.trim().split('\n'));
  }
  rmSync(globalThis.containerFolder, { recursive: true, force: true });
}
