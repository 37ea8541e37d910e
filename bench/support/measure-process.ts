import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../../cli/src/server/temporary-folder';

const SCRIPT = fileURLToPath(new URL('./measure-process.sh', import.meta.url));

/** After which a command that hangs is killed. */
const LIMIT_MS = 120_000;

export interface Command {
  readonly line: readonly string[];
  /** All that its environment has beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What a process took, with its children. */
export interface Cost {
  /** From its start to its end. */
  readonly wallMs: number;
  /** User and system, of all of them together. */
  readonly cpuMs: number;
  /** Of the largest of them, at its largest, resident. 1 MB is 10⁶ bytes. */
  readonly peakMb: number;
}

/** @throws Error with what the command printed when it did not end with 0. */
export async function measureProcess({ line, env = {}, cwd }: Command): Promise<Cost> {
  const folder = makeTemporaryFolder('drizzle-gate-measured-');
  try {
    const { PATH, HOME } = process.env;
    const child = spawn('bash', [SCRIPT, folder.path, ...line], {
      // The locale of `time` decides about the decimal point.
      env: { PATH, HOME, LC_ALL: 'C', ...env },
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    const kill = () => child.pid && process.kill(-child.pid, 'SIGKILL');
    process.once('exit', kill);
    const timer = setTimeout(kill, LIMIT_MS);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    clearTimeout(timer);
    process.removeListener('exit', kill);
    const read = (name: string) => readFileSync(join(folder.path, name), 'utf8').trim();
    if (code !== 0)
      throw new Error(`${line.join(' ')}\nended with ${code ?? 'a signal'}:\n${read('output')}`);
    const [real = Number.NaN, user = Number.NaN, system = Number.NaN] = read('times').split(' ').map(Number);
    return {
      wallMs: real * 1000,
      cpuMs: (user + system) * 1000,
      peakMb: (Number(read('peak')) * 1024) / 1e6,
    };
  } finally {
    folder.remove();
  }
}
