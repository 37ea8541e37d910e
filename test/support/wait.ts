import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `look` says yes and gives the milliseconds that it took. */
export async function waitUntil(what: string, look: () => Promise<boolean>, limit = 30_000): Promise<number> {
  const started = Date.now();
  for (;;) {
    if (await look()) return Date.now() - started;
    if (Date.now() - started > limit) throw new Error(`after ${limit / 1000} s still not: ${what}`);
    await sleep(50);
  }
}
