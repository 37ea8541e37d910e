import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import stopServer from '../../support/global-teardown.mjs';

/** Leaves nothing behind: containers first, because their file systems are mounted. */
export default async function globalTeardown() {
  await stopServer();
  const { TEST_CONTAINER_ENGINE: engine, TEST_IMAGES: images = '' } = process.env;
  if (engine === 'podman') execFileSync(engine, ['rm', '--all', '--force', '--time', '0'], { stdio: 'pipe' });
  if (engine === 'docker') execFileSync(engine, ['rmi', '--force', ...images.split(' ')], { stdio: 'pipe' });
  rmSync(globalThis.containerFolder, { recursive: true, force: true });
}
