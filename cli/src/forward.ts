import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { commandLineOf } from '../../runner/src/adopt/command-line';
import { runnerBundle } from './runner-bundle';

/** The runner knows two signals; a terminal that is closed is meant as a request to stop, too. */
const SIGNALS = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' } as const;

/**
 * Runs a command of the runner as a process with the caller's environment: its output is passed through as it is, and
 * its exit code is the result.
 *
 * @param migrations folder in place of MIGRATIONS_FOLDER.
 */
export async function forward(args: readonly string[], migrations: string | undefined): Promise<number> {
  const typed = migrations === undefined ? args : [...args, '--migrations', migrations];
  const child = spawn(process.execPath, [runnerBundle(), ...args], {
    env: {
      ...process.env,
      COMMAND_LINE: commandLineOf('drizzle-gate', typed),
      ...(migrations !== undefined && { MIGRATIONS_FOLDER: migrations }),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    // A group of its own: a terminal's Ctrl-C then reaches the runner once, through here, and not twice.
    detached: true,
  });
  const listeners = Object.entries(SIGNALS).map(([name, signal]) => {
    const pass = () => void child.kill(signal);
    process.on(name, pass);
    return () => process.removeListener(name, pass);
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
  } finally {
    for (const remove of listeners) remove();
  }
}
