import type { Turns } from '../../core/turns';

/** Does work on the side, a millisecond at a time: whoever waits for the network is not kept waiting for all of it. */
export async function inTurns<T>(work: Turns<T>): Promise<T> {
  for (;;) {
    await othersFirst();
    const began = Date.now();
    do {
      const turn = work.next();
      if (turn.done) return turn.value;
    } while (Date.now() === began);
  }
}

/**
 * Lets whoever has something to do for the network do it. What an answer makes the driver say is written in the next round
 * of Node's loop, so one is not enough: the server would wait for it as long as a turn takes.
 */
async function othersFirst(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise(setImmediate);
}
