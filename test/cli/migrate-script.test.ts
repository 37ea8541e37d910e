import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/synth-main';
import { withFolder } from './support';

const SCRIPT = join(ROOT, 'k8s', 'jobs', 'migrate.sh');

/** A program that prints its arguments, one a line, and ends with 82. */
const PROGRAM = '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 82\n';

function run(folder: string, args: readonly string[], env: Record<string, string> = {}, script = SCRIPT) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', [script, ...args], {
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
    writeProgram(program);
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

function writeProgram(file: string): void {
  writeFileSync(file, PROGRAM);
  chmodSync(file, 0o755);
}

/** A copy of the script in a project of its own. */
function copyTo(project: string): string {
  const jobs = join(project, 'k8s', 'jobs');
  mkdirSync(jobs, { recursive: true });
  copyFileSync(SCRIPT, join(jobs, 'migrate.sh'));
  return join(jobs, 'migrate.sh');
}

test('from any directory it runs what the project has installed', () =>
  withFolder((project) =>
    withFolder((elsewhere) => {
      const script = copyTo(project);
      mkdirSync(join(project, 'node_modules', '.bin'), { recursive: true });
      writeProgram(join(project, 'node_modules', '.bin', 'drizzle-gate'));
      expect(run(elsewhere, ['logs'], {}, script)).toMatchObject({ status: 82, stdout: 'logs\n' });
    }),
  ));

test('where the program is missing, it asks no registry and says what to install', () =>
  withFolder((folder) => {
    const script = copyTo(folder);
    writeProgram(join(folder, 'npx'));
    const { status, stderr } = run(folder, ['status'], { PATH: `${folder}:/usr/bin:/bin` }, script);
    expect(status).toBe(127);
    expect(stderr).toContain('npm install --save-dev drizzle-gate-cli');
  }));
