/** Work in small turns, between which something else may have one. */
export type Turns<T> = Generator<undefined, T>;

/** Does all of it before anything else. */
export function atOnce<T>(work: Turns<T>): T {
  for (;;) {
    const turn = work.next();
    if (turn.done) return turn.value;
  }
}
