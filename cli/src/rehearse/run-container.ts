import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogEvent } from '../../../runner/src/report/render-event';
import { runnerBundle } from '../runner-bundle';
import type { LocalProcess } from './resolve-container';

/** After an interrupt the runner cancels its statement; one that does not answer is killed. */
const GRACE_MS = 5000;

export interface ContainerResult {
  readonly exitCode: number;
  readonly events: readonly LogEvent[];
}

/**
 * Runs the runner as the container would: with exactly this environment, and its JSON log.
 *
 * @throws the reason of `signal` when it aborts; the runner has ended then, as in a pod that is deleted.
 */
export async function runContainer(
  { args, env }: LocalProcess,
  onEvent: (event: LogEvent) => void,
  signal: AbortSignal,
): Promise<ContainerResult> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [runnerBundle(), ...args], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  const events: LogEvent[] = [];
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 137));
  });
  // Commands whose output is for programs write their events to standard error.
  const follow = async (input: Readable) => {
    for await (const line of createInterface({ input })) {
      const event = parseEvent(line);
      events.push(event);
      onEvent(event);
    }
  };
  await Promise.all([follow(child.stdout), follow(child.stderr)]);
  const exitCode = await ended;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  return { exitCode, events };
}

/** A line that is no event (help, a warning of Node's) is shown as it is. */
function parseEvent(line: string): LogEvent {
  try {
    return JSON.parse(line) as LogEvent;
  } catch {
    return { time: '', level: 'info', event: 'output' as LogEvent['event'], message: line };
  }
}
