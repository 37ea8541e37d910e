import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deploy, prepareDeployment } from '../../cli/src/cluster/deploy/deploy';
import { timesOf } from '../../cli/src/cluster/deploy/option-values';
import type { JobResult } from '../../cli/src/cluster/follow/job-result';
import { toGateError } from '../../runner/src/errors/to-gate-error';
import type { Conversation } from './recording';
import { replayCluster } from './replay-cluster';

export interface Replayed {
  readonly exitCode: number;
  readonly results: readonly JobResult[];
  /** Lines that a person sees. */
  readonly output: string;
  /** What was asked of the API server and is not in the recording. */
  readonly unknown: readonly string[];
}

/** Deploys once more what was deployed when the conversation was recorded, with its API server in place of one. */
export async function replayDeploy(conversation: Conversation): Promise<Replayed> {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-replay-'));
  const cluster = await replayCluster(conversation);
  const lines: string[] = [];
  try {
    for (const [name, text] of Object.entries(conversation.files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { paths, grace, retry, timeout } = readArguments(conversation.args);
    const request = {
      ...timesOf({ grace, timeout }),
      paths: paths.map((path) => join(folder, path)),
      standardInput: () => '',
      cluster: {},
      retry,
      print: (line: string) => lines.push(line),
      signal: new AbortController().signal,
    };
    writeFileSync(join(folder, 'kubeconfig'), kubeconfigOf(cluster.url));
    const prepared = await withKubeconfig(join(folder, 'kubeconfig'), () => prepareDeployment(request));
    const { results, failure } = await deploy(prepared, request);
    const exitCode = failure?.exitCode ?? results.at(-1)?.exitCode ?? 0;
    const told = failure ? [failure.message, failure.detail ?? '', failure.remedy ?? ''] : [];
    const ends = results.flatMap(({ message = '', remedy = '' }) => [message, remedy]);
    return { exitCode, results, output: [...lines, ...told, ...ends].join('\n'), unknown: cluster.unknown };
  } catch (error) {
    const { message, exitCode } = toGateError(error);
    return { exitCode, results: [], output: [...lines, message].join('\n'), unknown: cluster.unknown };
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readArguments([, ...args]: readonly string[]) {
  const grace: string[] = [];
  const paths: string[] = [];
  let retry = false;
  let timeout: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--grace') grace.push(args[++index] ?? '');
    else if (arg === '--timeout') timeout = args[++index];
    else if (arg === '--retry') retry = true;
    else if (!arg.startsWith('--')) paths.push(arg);
  }
  return { grace, paths, retry, timeout };
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    'current-context': 'replay',
    clusters: [{ name: 'replay', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'replay', user: {} }],
    contexts: [{ name: 'replay', context: { cluster: 'replay', user: 'replay', namespace: 'shop' } }],
  });
}

/** One at a time: the name of the file is a variable of the whole process. */
let last: Promise<unknown> = Promise.resolve();
function withKubeconfig<T>(file: string, use: () => Promise<T>): Promise<T> {
  const mine = last.then(async () => {
    process.env.KUBECONFIG = file;
    try {
      return await use();
    } finally {
      delete process.env.KUBECONFIG;
    }
  });
  last = mine.catch(() => {});
  return mine;
}
