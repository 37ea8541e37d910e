import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../cli/bin/drizzle-gate.mjs', import.meta.url));

/** What `rollback prove` says of a script. */
export interface ProveVerdict {
  readonly tag: string;
  readonly state: 'proven' | 'failed' | 'irreversible';
  readonly steps: Readonly<Record<'up' | 'down' | 'restored' | 'again', string>>;
  readonly problems: readonly { readonly message: string }[];
}

interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command of this repository. */
export async function drizzleGate(args: readonly string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

/** @throws Error when the command gives no verdicts at all. */
export async function proveVerdicts(args: readonly string[]): Promise<ReadonlyMap<string, ProveVerdict>> {
  const { code, stdout, stderr } = await drizzleGate(['rollback', 'prove', '--json', '--no-range', ...args]);
  if (stdout === '') throw new Error(`rollback prove ended with exit code ${code}: ${stderr}`);
  const { migrations } = JSON.parse(stdout) as { migrations: ProveVerdict[] };
  return new Map(migrations.map((verdict) => [verdict.tag, verdict]));
}
