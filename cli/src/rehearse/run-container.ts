import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LogEvent } from '../../../runner/src/report/render-event';
import type { LocalProcess } from './resolve-container';

/** The runner's bundle, copied beside this command when it is built. */
const RUNNER = fileURLToPath(new URL('./runner/runner.mjs', import.meta.url));

export interface ContainerResult {
  readonly exitCode: number;
  readonly events: readonly LogEvent[];
}

/** Runs the runner as the container would: with exactly this environment, and its JSON log on standard output. */
export async function runContainer(
  { args, env }: LocalProcess,
  onEvent: (event: LogEvent) => void,
): Promise<ContainerResult> {
  if (!existsSync(RUNNER)) throw new Error(`${RUNNER} is missing; run npm run build`);
  const child = spawn(process.execPath, [RUNNER, ...args], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: LogEvent[] = [];
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 137));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as LogEvent;
    events.push(event);
    onEvent(event);
  }
  return { exitCode: await ended, events };
}
