import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Conversation, readRecording } from '../../test/support/recording';
import { replayCluster } from '../../test/support/replay-cluster';
import { endProxy } from './end-proxy';

/** Milliseconds after the Job's end was sent to the command. */
export interface Reaction {
  /** Until it had written its last line, the verdict. */
  readonly toldMs: number;
  /** Until its process was gone. */
  readonly exitMs: number;
}

const COMMAND = resolve('cli/dist/drizzle-gate.mjs');
const JOB_FILE = 'db-migration.yaml';

/**
 * Deploys a recorded Job once more, by the built command as a process of its own, against a server on loopback that says
 * what a real API server said.
 *
 * @param isLogOpen whether the kubelet keeps the log of a container that has ended open, as it did when it was recorded
 * @throws Error when it does not end as it did then.
 */
export async function reactToJob(recording: string, isLogOpen = false): Promise<Reaction> {
  const [recorded] = readRecording(`test/cli/recordings/${recording}.json`).conversations;
  if (!recorded) throw new Error(`${recording} holds no conversation`);
  const conversation = isLogOpen ? recorded : withClosedLogs(recorded);
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-reaction-'));
  const cluster = await replayCluster(conversation);
  const proxy = await endProxy(cluster.url);
  try {
    for (const [name, text] of Object.entries(conversation.files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    writeFileSync(join(folder, 'kubeconfig'), kubeconfigOf(proxy.url));
    // The gate alone: what is deployed behind it takes its own time.
    const file = Object.keys(conversation.files).find((name) => basename(name) === JOB_FILE) ?? '';
    const { code, toldAt, exitAt, output } = await run(join(folder, file), join(folder, 'kubeconfig'));
    const { sentAt } = proxy;
    if (code !== conversation.exitCode || sentAt === undefined) {
      throw new Error(`${recording} ended with ${code} in place of ${conversation.exitCode}:\n${output}`);
    }
    return { toldMs: toldAt - sentAt, exitMs: exitAt - sentAt };
  } finally {
    await proxy.close();
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A log ends with its container: seconds pass in reality until the Job has ended too, and none here. */
function withClosedLogs({ exchanges, ...rest }: Conversation): Conversation {
  const isLog = (path: string) => path.endsWith('/log');
  return {
    ...rest,
    exchanges: exchanges.map((each) =>
      isLog(each.path) && each.end === 'command' ? { ...each, end: 'server' } : each,
    ),
  };
}

async function run(manifest: string, kubeconfig: string) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [COMMAND, 'deploy', manifest], {
    env: { PATH, HOME, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let toldAt = 0;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      toldAt = performance.now();
      output += text;
    });
  }
  let exitAt = 0;
  child.on('exit', () => {
    exitAt = performance.now();
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, toldAt, exitAt, output };
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    'current-context': 'replay',
    clusters: [{ name: 'replay', cluster: { server } }],
    users: [{ name: 'replay', user: {} }],
    contexts: [{ name: 'replay', context: { cluster: 'replay', user: 'replay', namespace: 'shop' } }],
  });
}
