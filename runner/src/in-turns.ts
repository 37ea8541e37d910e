import type { Turns } from '../../core/turns';

/** Does work on the side, a millisecond at a time: whoever waits for the network is not kept waiting for all of it. */
export async function inTurns<T>(work: Turns<T>): Promise<T> {
  for (;;) {
    const began = Date.now();
    do {
      const turn = work.next();
      if (turn.done) return turn.value;
    } while (Date.now() === began);
    await new Promise(setImmediate);
  }
}
