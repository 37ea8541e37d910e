import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits before a rollback in one line that counts the seconds down, so that a person can still stop it.
 *
 * @throws the reason of `signal` when it aborts; nothing is changed then, and it is said.
 */
export async function countDown(
  seconds: number,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    signal.throwIfAborted();
    print(`\r\u001B[Krolling back in ${left} s; Ctrl-C stops it, nothing is changed yet `);
    await sleep(1000, undefined, { signal }).catch(() => {
      print('\nstopped in the safety delay; nothing was changed\n');
      throw signal.reason;
    });
  }
  if (seconds > 0) print('\r\u001B[K');
}
