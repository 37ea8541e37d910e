import type { ChildProcess } from 'node:child_process';
import { environment, type RunnerResult, runRunner } from '../support/runner';
import { type Message, startServerProxy } from '../support/server-proxy';
import type { Kill, Profile } from './kill-plan';

const LIMIT_MS = 180_000;

export interface Target {
  readonly url: string;
  readonly folder: string;
}

export function migrate({ url, folder }: Target, more: Record<string, string> = {}): Promise<RunnerResult> {
  const env = environment(url, folder, { LOCK_WAIT_SECONDS: '60', ...more });
  return runRunner({ args: ['migrate'], env, limit: LIMIT_MS });
}

/** The end of a simple query or of a group of extended ones. */
const isRequest = ({ from, type }: Message) => from === 'client' && (type === 'Q' || type === 'S');
const isAnswer = ({ from, type }: Message) => from === 'server' && type === 'Z';

/** Runs undisturbed and tells what there is to be disturbed. */
export async function measure(target: Target): Promise<{ result: RunnerResult; profile: Profile }> {
  const seen = { requests: 0, answers: 0, first: 0 };
  const proxy = await startServerProxy(target.url, (message) => {
    if (isRequest(message)) seen.requests++;
    if (isAnswer(message)) seen.answers++;
    return 'forward';
  });
  try {
    const result = await runRunner({
      args: ['migrate'],
      env: environment(proxy.url, target.folder, { LOCK_WAIT_SECONDS: '60' }),
      limit: LIMIT_MS,
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
  const proxy = await startServerProxy(target.url, (message) => {
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
      args: ['migrate'],
      env: environment(proxy.url, target.folder, { LOCK_WAIT_SECONDS: '60' }),
      limit: LIMIT_MS,
      onStart: (started) => {
        child = started;
      },
      onEvent: () => {
        if (kill.kind === 'time' && isDue(1)) strikeAfter(kill.after);
        if (kill.kind === 'event' && isDue(kill.nth)) strikeAfter(kill.after);
      },
    });
  } finally {
    proxy.close();
  }
}
