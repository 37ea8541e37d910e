import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { commandLineOf } from '../../runner/src/adopt/command-line';
import { runnerBundle } from './runner-bundle';

/** The runner knows two signals; a terminal that is closed is meant as a request to stop, too. */
const SIGNALS = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' } as const;

/** A command of the runner, and how a person called it. */
export interface RunnerCall {
  /** The runner's command and its flags. */
  readonly args: readonly string[];
  /** What a person would type again, where that is not the runner's command. @default `args` */
  readonly typed?: readonly string[];
  /** Folder in place of MIGRATIONS_FOLDER. */
  readonly migrations?: string | undefined;
  /** Variables in place of the caller's. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The caller's environment with what the call changes in it. */
export function environmentOf({ args, typed = args, migrations, variables }: RunnerCall): NodeJS.ProcessEnv {
  const words = migrations === undefined ? typed : [...typed, '--migrations', migrations];
  return {
    ...process.env,
    ...variables,
    COMMAND_LINE: commandLineOf('drizzle-gate', words),
    ...(migrations !== undefined && { MIGRATIONS_FOLDER: migrations }),
  };
}

/**
 * Runs a command of the runner as a process with the caller's environment: its output is passed through as it is, and
 * its exit code is the result.
 */
export async function forward(call: RunnerCall): Promise<number> {
  return (await runRunner(call, 'inherit')).exitCode;
}

/** The same, but its standard output comes back as a text. */
export function collect(call: RunnerCall): Promise<RunnerEnded> {
  return runRunner(call, 'pipe');
}

export interface RunnerEnded {
  readonly exitCode: number;
  /** What it wrote on standard output, where that was not passed through. */
  readonly output: string;
}

async function runRunner(call: RunnerCall, stdout: 'inherit' | 'pipe'): Promise<RunnerEnded> {
  const child = spawn(process.execPath, [runnerBundle(), ...call.args], {
    env: environmentOf(call),
    stdio: ['ignore', stdout, 'inherit'],
    // A group of its own: a terminal's Ctrl-C then reaches the runner once, through here, and not twice.
    detached: true,
  });
  const listeners = Object.entries(SIGNALS).map(([name, signal]) => {
    // The kernel, the shell and npx each tell of a closed terminal. A second signal would end the runner without a word.
    let isDone = false;
    const pass = () => {
      if (!isDone) child.kill(signal);
      isDone = name === 'SIGHUP';
    };
    process.on(name, pass);
    return () => process.removeListener(name, pass);
  });
  // A group of its own is not told either that the window has another size. Windows knows no such signal, and would end it.
  const resized = () => void (process.platform !== 'win32' && child.kill('SIGWINCH'));
  process.stdout.on('resize', resized);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  try {
    return await new Promise<RunnerEnded>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ exitCode: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], output });
      });
    });
  } finally {
    for (const remove of listeners) remove();
    process.stdout.removeListener('resize', resized);
  }
}
