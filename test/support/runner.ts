import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, type ExitName } from '../../core/contract';
import type { EventName } from '../../runner/src/report/events';
import { assertNoCanary } from './canary';
import { assertCatalogued } from './log-catalogue';

const TERMINATION_LOG = fileURLToPath(new URL('./termination-log.cjs', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../runner/dist/runner.cjs', import.meta.url));

export interface RunnerEvent {
  readonly level: string;
  readonly event: string;
  readonly message: string;
  readonly detail?: string;
  readonly remedy?: string;
  readonly [field: string]: unknown;
}

export interface RunnerResult {
  readonly code: number | null;
  /** Every line of stdout and stderr that is an event. */
  readonly events: readonly RunnerEvent[];
  readonly stdout: string;
  readonly stderr: string;
  /** What it left where Kubernetes reads the summary of a container; empty when it was killed. */
  readonly termination: string;
  readonly milliseconds: number;
  /** The event that says how it ended. */
  readonly end: RunnerEvent;
}

export interface RunnerOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each event as it comes, to act in the middle of a run. */
  readonly onEvent?: (event: RunnerEvent, child: ChildProcess) => void;
  /** A command that starts the runner, in another network namespace for example. */
  readonly startedBy?: readonly string[];
  /** Called with the process as soon as there is one. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Milliseconds after which a runner that hangs is killed; its code is null then. */
  readonly limit?: number;
}

/**
 * Runs the built bundle as a pod would: a process of its own, with nothing in its environment but what is given.
 *
 * @throws Error when anything that it leaves holds the password of the tests' server, or a line of its log is not as the
 *   catalogue of events has it.
 */
export async function runRunner({
  args,
  env,
  onEvent,
  onStart,
  startedBy = [],
  limit = 20_000,
}: RunnerOptions): Promise<RunnerResult> {
  const started = Date.now();
  const summary = join(tmpdir(), `drizzle-gate-test-termination-${randomBytes(6).toString('hex')}`);
  const node = [process.execPath, '--require', TERMINATION_LOG, BUNDLE];
  const [command = '', ...line] = [...startedBy, ...node, ...args];
  const child = spawn(command, line, {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', ...env, TEST_TERMINATION_LOG: summary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const events: RunnerEvent[] = [];
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    let open = '';
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      const lines = (open + chunk).split('\n');
      open = lines.pop() ?? '';
      for (const event of lines.flatMap(parseEvent)) {
        events.push(event);
        onEvent?.(event, child);
      }
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const termination = takeFile(summary);
  assertCatalogued(events);
  assertNoCanary({ 'standard output': text.stdout, 'standard error': text.stderr, termination });
  const end = events.findLast(({ event }) => event === 'run_failed' || event === 'run_finished');
  return {
    ...{ code, events, ...text, termination, milliseconds: Date.now() - started },
    end: end ?? { level: 'none', event: 'none', message: `${text.stdout}${text.stderr}` },
  };
}

function takeFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  } finally {
    rmSync(path, { force: true });
  }
}

function parseEvent(line: string): RunnerEvent[] {
  return line.startsWith('{"time"') ? [JSON.parse(line) as RunnerEvent] : [];
}

/** The environment for a database and a folder; nothing is waited for that a test did not ask for. */
export function environment(
  url: string,
  folder: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    ...{ DATABASE_URL: url, MIGRATIONS_FOLDER: folder, CONNECT_RETRY_SECONDS: '0' },
    ...{ LOCK_WAIT_SECONDS: '10', ROLLBACK_DELAY_SECONDS: '0', ...more },
  };
}

/** Holds the exit code against the contract; the message of the run stands in a failure's output. */
export function expectExit(result: RunnerResult, name: ExitName): void {
  const { exitCode, message } = result.end;
  expect({ code: result.code, message }).toEqual({ code: EXIT[name].code, message });
  if (name !== 'OK') expect(exitCode).toBe(EXIT[name].code);
  expect(result.stderr).not.toMatch(/^\s+at /m);
}

export function named(result: RunnerResult, event: EventName): RunnerEvent[] {
  return result.events.filter((entry) => entry.event === event);
}
