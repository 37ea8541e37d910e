import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assertNoCanary, assertNoCanaryIn } from '../support/canary';
import { ROOT } from '../support/synth-main';

const BIN = join(ROOT, 'cli', 'bin', 'drizzle-gate.mjs');
const LIMIT_MS = 30_000;
/** Where the servers that a rehearsal starts are quick. */
const TEMPORARY = process.env.TEST_TEMPORARY_FOLDER ?? tmpdir();

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Sent once the output has this text. */
  readonly interruptAt?: {
    readonly text: string;
    readonly signal: NodeJS.Signals;
    readonly isTwice?: boolean;
  };
}

/**
 * Runs `drizzle-gate` as a process, in an environment without anything of this shell's but the path.
 *
 * @throws Error when its output holds the password of the tests' server.
 */
export async function drizzleGate(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { env, interruptAt } = options;
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, TMPDIR: TEMPORARY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  let interrupted = false;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      if (!interruptAt || interrupted || !output.stdout.includes(interruptAt.text)) return;
      interrupted = true;
      child.kill(interruptAt.signal);
      if (interruptAt.isTwice) setTimeout(() => child.kill(interruptAt.signal), 10);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  assertNoCanary(output);
  return { code, ...output };
}

/** Gives a folder that others can enter and that vanishes afterwards; what was put there must not hold a password. */
export async function withFolder<T>(use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(TEMPORARY, 'drizzle-gate-test-'));
  try {
    const result = await use(folder);
    assertNoCanaryIn(folder);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes files by path; gives the folder back. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A copy of the committed `dist/` in which texts of both manifests are replaced. */
export function copyOfDist(
  folder: string,
  edit: (text: string, path: string) => string = (text) => text,
): string {
  cpSync(join(ROOT, 'dist'), folder, { recursive: true });
  for (const path of ['db-migration.yaml', join('manual', 'db-rollback.yaml')]) {
    const file = join(folder, path);
    writeFileSync(file, edit(readFileSync(file, 'utf8'), path));
  }
  return folder;
}
