import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = process.cwd();
const BIN = join(ROOT, 'cli', 'bin', 'drizzle-gate.mjs');
const LIMIT_MS = 240_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly output: string;
  readonly endedAt: number;
}

/** A command that runs. */
export interface Running {
  /** Waits until the output has this. */
  until(text: string | RegExp): Promise<void>;
  /** What is waited for while the command runs; fails when the command ends before. */
  during<T>(wait: Promise<T>): Promise<T>;
  interrupt(): void;
  /** Ends its connections to the API server, and refuses new ones until they are mended; where that was asked for. */
  cut(): void;
  mend(): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts the built command, in an environment without anything of this shell's but the path. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Omit<Running, 'cut' | 'mend'> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const texts = { stdout: '', stderr: '', output: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      texts.output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...texts, endedAt: Date.now() }));
  });
  const until = (wanted: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const found = typeof wanted === 'string' ? texts.output.includes(wanted) : wanted.test(texts.output);
        if (found) resolve();
      };
      listeners.add(look);
      ended.then(
        () => reject(new Error(`it ended without ${wanted}:\n${texts.output}`)),
        (error: Error) => reject(error),
      );
      look();
    });
  const during = <T>(wait: Promise<T>): Promise<T> =>
    Promise.race([
      wait,
      ended.then(({ code, output }) => {
        throw new Error(`it ended with ${code} while something was waited for:\n${output}`);
      }),
    ]);
  return { until, during, ended, interrupt: () => child.kill('SIGINT') };
}

/** @throws Error with the whole output, because only that tells why. */
export function expectCode({ code, output }: Ended, expected: number): void {
  if (code !== expected) throw new Error(`exit code ${code}, not ${expected}:\n${output}`);
}
