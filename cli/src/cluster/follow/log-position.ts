/** A kubelet compares whole seconds, and two streams of one container may be written a moment out of order. */
const OVERLAP_MS = 1000;

/**
 * Where a container's log was read up to. Read again from {@link since}, {@link isNew} tells what was seen before from what
 * was not: lines of one instant come in the same order each time, so that counting them is enough.
 */
export class LogPosition {
  /** How many lines of each instant were seen, of the last seconds. */
  readonly #seen = new Map<string, number>();
  #again = new Map<string, number>();
  #isAgain = false;
  /** The second of the newest line, as it is written, and in milliseconds the oldest instant that is remembered. */
  #second = '';
  #oldest = 0;

  /** From when on to ask; undefined before the first line. */
  get since(): string | undefined {
    return this.#oldest === 0 ? undefined : new Date(this.#oldest).toISOString();
  }

  /** To be called before the log is read anew. */
  restart(): void {
    this.#again = new Map();
    this.#isAgain = true;
  }

  /** Whether a line of that instant was seen. */
  hasSeen(time: string): boolean {
    return this.#seen.has(time);
  }

  /** Whether a line was not seen before; it counts as seen from then on. */
  isNew(time: string): boolean {
    const seen = this.#seen.get(time) ?? 0;
    if (this.#isAgain) {
      const times = (this.#again.get(time) ?? 0) + 1;
      this.#again.set(time, times);
      // A clock that was set back must not hide lines that are read for the first time.
      if (times <= seen || Date.parse(time) < this.#oldest) return false;
    }
    this.#seen.set(time, seen + 1);
    this.#advance(time);
    return true;
  }

  #advance(time: string): void {
    const second = time.slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
    if (second === this.#second) return;
    this.#second = second;
    const oldest = Math.floor((Date.parse(time) - OVERLAP_MS) / 1000) * 1000;
    if (oldest <= this.#oldest) return;
    this.#oldest = oldest;
    for (const map of [this.#seen, this.#again]) {
      for (const each of map.keys()) if (Date.parse(each) < oldest) map.delete(each);
    }
  }
}
