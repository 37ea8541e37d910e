import type { ChildProcess } from 'node:child_process';
import { environment, type RunnerResult, runRunner } from '../support/runner';
import { type Message, type ServerProxy, startServerProxy, type Verdict } from '../support/server-proxy';
import type { Kill, Profile } from './kill-plan';

const LIMIT_MS = 180_000;

export interface Target {
  readonly url: string;
  readonly folder: string;
  /** @default `migrate` */
  readonly command?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where all runs must come from one address, as a token holds for it; `url` leads through it. */
  readonly proxy?: LastingProxy;
}

/** A proxy that outlives a run; each run has its own judge. */
export interface LastingProxy extends ServerProxy {
  judge: (message: Message) => Verdict;
}

export async function startLastingProxy(url: string): Promise<LastingProxy> {
  const forward = () => 'forward' as const;
  const proxy = await startServerProxy(url, (message) => lasting.judge(message));
  const lasting: LastingProxy = { ...proxy, judge: forward };
  return lasting;
}

async function proxyFor({ url, proxy }: Target, judge: LastingProxy['judge']): Promise<ServerProxy> {
  if (!proxy) return startServerProxy(url, judge);
  proxy.judge = judge;
  return {
    ...proxy,
    close: () => {
      proxy.judge = () => 'forward';
    },
  };
}

export function migrate({ url, folder }: Target, env: Record<string, string> = {}): Promise<RunnerResult> {
  return runToEnd({ url, folder, env });
}

/** Runs undisturbed, to the end. */
export function runToEnd(target: Target): Promise<RunnerResult> {
  return runRunner(optionsOf(target, target.url));
}

function optionsOf({ folder, command = 'migrate', env = {} }: Target, url: string) {
  const all = environment(url, folder, { LOCK_WAIT_SECONDS: '60', ...env });
  return { args: [command], env: all, limit: LIMIT_MS };
}

/** The end of a simple query or of a group of extended ones. */
const isRequest = ({ from, type }: Message) => from === 'client' && (type === 'Q' || type === 'S');
const isAnswer = ({ from, type }: Message) => from === 'server' && type === 'Z';

/** Runs undisturbed and tells what there is to be disturbed. */
export async function measure(target: Target): Promise<{ result: RunnerResult; profile: Profile }> {
  const seen = { requests: 0, answers: 0, first: 0 };
  const proxy = await proxyFor(target, (message) => {
    if (isRequest(message)) seen.requests++;
    if (isAnswer(message)) seen.answers++;
    return 'forward';
  });
  try {
    const result = await runRunner({
      ...optionsOf(target, proxy.url),
      onEvent: () => {
        seen.first ||= Date.now();
      },
    });
    const events = result.events.map((event) => String(event.name ?? event.event));
    return { result, profile: { ...seen, events, duration: Date.now() - seen.first } };
  } finally {
    proxy.close();
  }
}

/** Runs until the kill comes. A run that was quicker than its kill ends by itself, as its code tells. */
export async function runKilled(target: Target, kill: Kill): Promise<RunnerResult> {
  let child: ChildProcess | undefined;
  const strike = () => void child?.kill('SIGKILL');
  const strikeAfter = (milliseconds: number) => {
    if (milliseconds === 0) strike();
    else setTimeout(strike, milliseconds);
  };
  let count = 0;
  const isDue = (nth: number) => ++count === nth;
  const proxy = await proxyFor(target, (message) => {
    if (kill.kind === 'answer' && isAnswer(message) && isDue(kill.nth)) {
      strike();
      return 'cut';
    }
    // The judge comes before the message is passed on; the kill must come after.
    if (kill.kind === 'request' && isRequest(message) && isDue(kill.nth)) {
      setImmediate(() => strikeAfter(kill.after));
    }
    return 'forward';
  });
  try {
    return await runRunner({
      ...optionsOf(target, proxy.url),
      onStart: (started) => {
        child = started;
      },
      onEvent: ({ event }) => {
        if (kill.kind === 'named' && event === kill.name && isDue(1)) strikeAfter(kill.after);
        if (kill.kind === 'time' && isDue(1)) strikeAfter(kill.after);
        if (kill.kind === 'event' && isDue(kill.nth)) strikeAfter(kill.after);
      },
    });
  } finally {
    proxy.close();
  }
}
