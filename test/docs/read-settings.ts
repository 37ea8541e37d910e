import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setting } from './readme-tables';

/** The variables of main.ts; loading it synthesizes, so it does so into a folder that is thrown away. */
export async function readSettings(): Promise<Record<string, Setting>> {
  const outdir = mkdtempSync(join(tmpdir(), 'readme-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = outdir;
  try {
    return (await import('../../main')).SETTINGS;
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    rmSync(outdir, { recursive: true, force: true });
  }
}
