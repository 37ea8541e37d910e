import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from './measure';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export const OURS = 'drizzle-gate';

/** Of the CPU time of a run, in percent: by whose code it was taken, and what our code took with all that it called. */
export interface Share {
  readonly self: ReadonlyMap<string, number>;
  /** Samples with our code somewhere on the stack. */
  readonly inclusive: number;
}

/** Runs a case under V8's profiler. What Node itself does, such as reading files, counts for whoever asked for it. */
export function shareOf({ command, cwd }: Case, outdir: string): Share {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-profile-'));
  try {
    const [program = '', ...args] = command;
    const flags = ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', folder];
    const env = { ...process.env, CDK8S_OUTDIR: outdir };
    const { status, stderr } = spawnSync(program, [...flags, ...args], { cwd, env, encoding: 'utf8' });
    const [file] = readdirSync(folder);
    if (status !== 0 || file === undefined) throw new Error(`no profile: ${stderr}`);
    return divide(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function divide({ nodes, samples, timeDeltas }: Profile): Share {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const self = new Map<string, number>();
  let inclusive = 0;
  let total = 0;
  for (const [index, sample] of samples.entries()) {
    const time = timeDeltas[index] ?? 0;
    const stack: CallFrame[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const frame = frames.get(id);
      if (frame) stack.push(frame);
    }
    if (stack[0]?.functionName === '(idle)') continue;
    const owners = stack.map(ownerOf).filter((owner) => owner !== undefined);
    const owner = owners[0] ?? 'Node';
    total += time;
    self.set(owner, (self.get(owner) ?? 0) + time);
    if (owners.includes(OURS)) inclusive += time;
  }
  const percent = (time: number) => (100 * time) / total;
  const sorted = [...self].sort(([, a], [, b]) => b - a);
  return {
    self: new Map(sorted.map(([owner, time]) => [owner, percent(time)])),
    inclusive: percent(inclusive),
  };
}

/** Whose code a frame is; undefined for Node's own, which works for its caller. */
function ownerOf({ functionName, url }: CallFrame): string | undefined {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (url === '' || url.startsWith('node:')) return undefined;
  if (url.endsWith('/build/lib/index.js')) return OURS;
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? 'the app';
}
