import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What one process used, and what it printed. */
export interface Usage {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
  readonly output: string;
}

const HOOK = pathToFileURL(fileURLToPath(new URL('./note-usage.mjs', import.meta.url))).href;

/** Runs a script of Node in a process of its own. @throws Error unless it ends with one of these codes. */
export function measure(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  codes: readonly number[] = [0],
): Usage {
  const file = join(tmpdir(), `usage-${process.pid}.json`);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', HOOK, ...args], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', USAGE_FILE: file, ...env },
    encoding: 'utf8',
    maxBuffer: 1_000_000_000,
  });
  const wallMs = performance.now() - started;
  if (!codes.includes(status ?? -1)) {
    throw new Error(`${args.join(' ')} ended with ${status}: ${`${stdout}${stderr}`.slice(-2000)}`);
  }
  const usage = JSON.parse(readFileSync(file, 'utf8')) as Pick<Usage, 'cpuMs' | 'peakMb'>;
  rmSync(file);
  return { ...usage, wallMs, output: stdout };
}
