import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Address } from './delay-proxy';
import type { ProxyAnswer, ProxyRequest } from './proxy-main.mts';

const PROGRAM = fileURLToPath(new URL('./proxy-main.mts', import.meta.url));

export interface ProxyProcess {
  readonly port: number;
  /** Round trips since the last call. */
  takeRoundTrips(): Promise<number>;
  stop(): void;
}

/** A delay proxy in a process of its own, where whatever the caller does meanwhile makes no message late. */
export async function startProxyProcess(server: Address, roundTripMs: number): Promise<ProxyProcess> {
  const child = fork(PROGRAM, [JSON.stringify([server, roundTripMs])], { execArgv: ['--import', 'tsx'] });
  const answer = async <T extends ProxyAnswer>(): Promise<T> => {
    const listening = new AbortController();
    try {
      const ended = once(child, 'exit', { signal: listening.signal }).then(([code, signal]) => {
        throw new Error(`the proxy ended with ${code ?? signal}`);
      });
      return (await Promise.race([once(child, 'message', { signal: listening.signal }), ended]))[0] as T;
    } finally {
      listening.abort();
    }
  };
  const { port } = await answer<{ port: number }>();
  return {
    port,
    takeRoundTrips: async () => {
      child.send('take' satisfies ProxyRequest);
      return (await answer<{ roundTrips: number }>()).roundTrips;
    },
    stop: () => child.kill(),
  };
}
