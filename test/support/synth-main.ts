import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { assertNoCanary } from './canary';

export const ROOT = process.cwd();

export interface SynthResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Text of every file, by its path in the output folder. */
  readonly files: Record<string, string>;
}

/** Runs main.ts as `cdk8s synth` does, into a temporary folder, with no variables but those given. */
export function synthMain(
  variables: Record<string, string> = {},
  prefix = 'drizzle-gate-',
  args: readonly string[] = [],
): SynthResult {
  const outdir = mkdtempSync(join(tmpdir(), prefix));
  try {
    const { PATH = '' } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH, CDK8S_OUTDIR: outdir, ...variables },
    });
    const files = filesIn(outdir);
    assertNoCanary({ ...files, stdout, stderr });
    return { code: status, stdout, stderr, files };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function filesIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path.split(sep).join('/'), readFileSync(join(folder, path), 'utf8')]),
  );
}
