import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a command took, with all Node processes that it started. */
export interface Usage {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Peak memory of the largest process. */
  readonly peakMb: number;
}

const REPORT = fileURLToPath(new URL('./report-usage.cjs', import.meta.url));

/** Runs a command to its end. @throws Error with its output when it fails. */
export async function measure(command: readonly string[], cwd: string, outdir: string): Promise<Usage> {
  const reports = mkdtempSync(join(tmpdir(), 'drizzle-gate-usage-'));
  try {
    const [program = '', ...args] = command;
    const env = {
      ...process.env,
      CDK8S_OUTDIR: outdir,
      NODE_OPTIONS: `--require ${REPORT}`,
      USAGE_REPORTS: reports,
    };
    const start = performance.now();
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    const wallMs = performance.now() - start;
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`);
    return { wallMs, ...sum(reports) };
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

function sum(folder: string): Omit<Usage, 'wallMs'> {
  const reports = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Omit<Usage, 'wallMs'>,
  );
  return {
    cpuMs: reports.reduce((total, { cpuMs }) => total + cpuMs, 0),
    peakMb: Math.max(0, ...reports.map(({ peakMb }) => peakMb)),
  };
}

export interface Case {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
}

/** Medians of some rounds; every round runs each case once, so that a busy machine is busy for all of them. */
export async function medians(
  cases: readonly Case[],
  rounds: number,
  outdir: string,
): Promise<Map<string, Usage>> {
  const all = new Map<string, Usage[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, command, cwd } of cases) {
      all.get(name)?.push(await measure(command, cwd, join(outdir, name.replaceAll(/\W+/g, '-'))));
    }
  }
  return new Map([...all].map(([name, usages]) => [name, medianOf(usages)]));
}

function medianOf(usages: readonly Usage[]): Usage {
  const of = (key: keyof Usage) => median(usages.map((usage) => usage[key]));
  return { wallMs: of('wallMs'), cpuMs: of('cpuMs'), peakMb: of('peakMb') };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}
