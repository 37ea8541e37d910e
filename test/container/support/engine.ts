import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type EngineName = 'podman' | 'docker';

export interface EngineRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface EngineOptions {
  /** Added to the environment of the engine's client: what `-e NAME` passes on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of either output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Milliseconds after which the client is killed. */
  readonly limit?: number;
}

const LIMIT_MS = 60_000;

/** The engine that the setup chose for all tests. */
export function engineName(): EngineName {
  const name = process.env.TEST_CONTAINER_ENGINE;
  if (name !== 'podman' && name !== 'docker') throw new Error('run these tests with npm run test:container');
  return name;
}

/** Runs a command of the engine to its end, whatever its exit code. */
export async function tryEngine(args: readonly string[], options: EngineOptions = {}): Promise<EngineRun> {
  return runClient(engineName(), args, options);
}

/** @throws Error with what the engine says, unless it succeeds. Gives its standard output. */
export async function engine(args: readonly string[], options: EngineOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryEngine(args, options);
  if (code !== 0) throw new Error(`${engineName()} ${args[0]} ended with ${code}:\n${stderr || stdout}`);
  return stdout.trim();
}

export async function runClient(
  program: string,
  args: readonly string[],
  { env = {}, onLine, limit = LIMIT_MS }: EngineOptions = {},
): Promise<EngineRun> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[name] }).on('line', (line) => {
      output[name] += `${line}\n`;
      onLine?.(line);
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output.stderr += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  clearTimeout(timer);
  return { code, ...output };
}

/** What the engine says of an object, as JSON. */
export async function inspect<T>(kind: 'container' | 'image', name: string): Promise<T> {
  const [first] = JSON.parse(await engine([kind, 'inspect', name])) as T[];
  if (first === undefined) throw new Error(`${kind} ${name} is not there`);
  return first;
}
