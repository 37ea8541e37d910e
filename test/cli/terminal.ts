import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { assertNoCanary } from '../support/canary';
import { ROOT } from '../support/synth-main';

const BIN = join(ROOT, 'cli', 'bin', 'drizzle-gate.mjs');
const LIMIT_MS = 30_000;

/** What is typed once the output has a text; '\u0003' is Ctrl-C, '\u0004' is Ctrl-D. */
export interface Keys {
  readonly at: string;
  readonly type: string;
}

/**
 * Runs `drizzle-gate` on a pseudo-terminal, which `script` of util-linux (or of macOS) makes, and types what a person
 * would.
 *
 * @throws Error when the output holds the password of the tests' server.
 */
export async function onTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  keys: readonly Keys[],
): Promise<{ code: number | null; output: string }> {
  const words = [process.execPath, BIN, ...args];
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const how = process.platform === 'darwin' ? ['-q', '/dev/null', ...words] : ['-qefc', quoted, '/dev/null'];
  const child = spawn('script', how, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, TERM: 'dumb', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let seen = 0;
  const waiting = [...keys];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    while (waiting[0] && output.includes(waiting[0].at, seen)) {
      seen = output.indexOf(waiting[0].at, seen) + waiting[0].at.length;
      child.stdin.write(waiting.shift()?.type ?? '');
    }
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  assertNoCanary({ output });
  return { code, output: output.replaceAll('\r\n', '\n') };
}
