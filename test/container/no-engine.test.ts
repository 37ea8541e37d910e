import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFolder } from '../cli/support';

const MAIN = ['--import', 'tsx', join('test', 'container', 'main.mts')];

/** Runs the test command where there is only Node, and docker's client without a service: it still answers `info --format`. */
function withoutEngine(env: Record<string, string>) {
  return withFolder((folder) => {
    symlinkSync(process.execPath, join(folder, 'node'));
    writeFileSync(
      join(folder, 'docker'),
      '#!/bin/sh\n[ "$#" -eq 1 ] || { echo "{}"; exit; }\necho "Cannot connect to the daemon" >&2\nexit 1\n',
    );
    chmodSync(join(folder, 'docker'), 0o755);
    const { status, stderr } = spawnSync(process.execPath, MAIN, {
      encoding: 'utf8',
      env: { PATH: folder, ...env },
    });
    return { status, stderr };
  });
}

test('in CI a machine without an engine fails, and says what was tried', async () => {
  const { status, stderr } = await withoutEngine({ CI: 'true' });
  expect(stderr).toMatch(
    /no container engine, nothing was proven\. Tried:\n {2}podman \(overlay\): spawn podman ENOENT/,
  );
  expect(stderr).toContain('docker: Cannot connect to the daemon');
  expect(status).toBe(1);
});

test('elsewhere it says the same', async () => {
  const { status, stderr } = await withoutEngine({ CONTAINER_ENGINE: 'docker' });
  expect(stderr).toMatch(/Tried:\n {2}docker: Cannot connect to the daemon\nInstall podman/);
  expect(status).toBe(0);
});

test('an engine that nobody knows is refused', async () => {
  const { stderr } = await withoutEngine({ CONTAINER_ENGINE: 'rkt' });
  expect(stderr).toContain('CONTAINER_ENGINE: "rkt" is neither "podman" nor "docker"');
});
