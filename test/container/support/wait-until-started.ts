import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerPlan } from './pod-plan';
import type { Running } from './run-container';

const LIMIT_MS = 10_000;

/** Waits until the startup probe of a sidecar succeeds; without one it has started when it runs, as for kubelet. */
export async function waitUntilStarted({ name, startup }: ContainerPlan, running: Running): Promise<void> {
  if (!startup) return;
  let ended = false;
  running.ended.then(() => {
    ended = true;
  });
  const until = Date.now() + LIMIT_MS;
  const answers = startup.path === undefined ? isOpen : isOk;
  while (!(await answers(startup.port, startup.path ?? '/'))) {
    if (ended) throw new Error(`${name} ended before it had started:\n${(await running.ended).logs}`);
    if (Date.now() > until) throw new Error(`${name} did not start in ${LIMIT_MS} ms`);
    await sleep(50);
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

async function isOk(port: number, path: string): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}${path}`)).ok;
  } catch {
    return false;
  }
}
