import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/synth-main';
import { withFolder } from './support';

const SCRIPT = join(ROOT, 'k8s', 'jobs', 'migrate.sh');

/** A program that prints its arguments, one a line, and ends with 82. */
const PROGRAM = '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 82\n';

function run(folder: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', [SCRIPT, ...args], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test.each([
  [
    ['migrate', 'a b.yaml', '--retry'],
    ['deploy', 'a b.yaml', '--retry'],
  ],
  [
    ['rollback', '--to', '0012'],
    ['rollback', 'run', '--in-cluster', '--to', '0012'],
  ],
  [
    ['status', '--json'],
    ['status', '--in-cluster', '--json'],
  ],
  [
    ['logs', '--follow'],
    ['logs', '--follow'],
  ],
])('%j is drizzle-gate %j, with its exit code', (args, expected) =>
  withFolder((folder) => {
    const program = join(folder, 'gate');
    writeFileSync(program, PROGRAM);
    chmodSync(program, 0o755);
    const { status, stdout } = run(folder, args, { DRIZZLE_GATE: program });
    expect(stdout.trimEnd().split('\n')).toEqual(expected);
    expect(status).toBe(82);
  }),
);

test.each([[[]], [['migrat']]])('%j is wrong usage, and the usage is told', (args) =>
  withFolder((folder) => {
    const { status, stderr } = run(folder, args);
    expect(status).toBe(64);
    expect(stderr).toMatch(/^k8s\/jobs\/migrate\.sh migrate .*\n.* rollback .*\n.* status .*\n.* logs /);
  }),
);

test('where the program is missing, it says what to install', () =>
  withFolder((folder) => {
    const { status, stderr } = run(folder, ['status'], { PATH: folder });
    expect(status).toBe(127);
    expect(stderr).toContain('npm install --save-dev drizzle-gate-cli');
  }));
