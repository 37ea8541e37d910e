/** What a container sees of its own confinement. */
export interface Confinement {
  /** Fields of /proc/self/status. */
  readonly status: Readonly<Record<string, string>>;
  /** What came of creating a file in each folder: `written`, or the code of the error. */
  readonly writes: Readonly<Record<string, string>>;
  /** Mount points that are mounted for writing. */
  readonly writable: readonly string[];
  /** Of `shells` those that could be started. */
  readonly shells: readonly string[];
  readonly memoryLimit: number;
  /** Bytes that could be written to /tmp, and the error that ended it. */
  readonly tmp: { readonly bytes: number; readonly error: string };
}

/** Runs with nothing but Node in the container. */
export const CONFINEMENT_PROBE = `
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const attempt = (action) => { try { action(); return 'written'; } catch (error) { return error.code; } };
const status = Object.fromEntries(
  fs.readFileSync('/proc/self/status', 'utf8').trim().split('\\n').map((line) => line.split(':').map((part) => part.trim())),
);
const folders = fs.readdirSync('/', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => '/' + name);
const more = ['/', '/app/migrations', '/var/tmp', '/var/run', '/home/nonroot', '/usr/local', '/dev/shm'];
const writes = Object.fromEntries([...folders, ...more].map((folder) => [folder, attempt(() => fs.writeFileSync(folder + '/.probe', 'x'))]));
writes['/dev/termination-log'] = attempt(() => fs.writeFileSync('/dev/termination-log', 'x'));
const mounts = fs.readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\\n').map((line) => line.split(' '));
const writable = mounts.filter((words) => words[5].split(',').includes('rw')).map((words) => words[4]);
const shells = ['/bin/sh', '/bin/bash', '/busybox/sh', 'sh', 'npm', 'apt-get'].filter((shell) => !spawnSync(shell, ['--version']).error);
const tmp = { bytes: 0, error: '' };
const block = Buffer.alloc(1024 * 1024, 1);
try {
  const file = fs.openSync('/tmp/full', 'w');
  for (; tmp.bytes < 1024 ** 3; tmp.bytes += fs.writeSync(file, block));
} catch (error) { tmp.error = error.code; }
console.log(JSON.stringify({ status, writes, writable, shells, memoryLimit: process.constrainedMemory(), tmp }));
`;
