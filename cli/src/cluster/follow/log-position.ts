/** A kubelet compares whole seconds, and two streams of one container may be written a moment out of order. */
const OVERLAP_MS = 1000;

/**
 * Where a container's log was read up to. Read again from {@link since}, {@link isNew} tells what was seen before from what
 * was not: lines of one instant come in the same order each time, so that counting them is enough.
 */
export class LogPosition {
  /** How many lines of each instant were seen, of the last seconds. */
  #seen = new Map<string, number>();
  #again = new Map<string, number>();
  #newest = 0;
  #isAgain = false;

  /** From when on to ask; undefined before the first line. */
  get since(): string | undefined {
    return this.#newest === 0 ? undefined : new Date(this.#oldestKept()).toISOString();
  }

  /** To be called before the log is read anew. */
  restart(): void {
    this.#again = new Map();
    this.#isAgain = true;
  }

  /** Whether a line was not seen before; it counts as seen from then on. */
  isNew(time: string): boolean {
    const times = (this.#again.get(time) ?? 0) + 1;
    this.#again.set(time, times);
    if (times <= (this.#seen.get(time) ?? 0)) return false;
    const instant = Date.parse(time);
    // A clock that was set back must not hide lines that are read for the first time.
    if (this.#isAgain && instant < this.#oldestKept()) return false;
    this.#seen.set(time, times);
    this.#advance(instant);
    return true;
  }

  #advance(instant: number): void {
    if (instant <= this.#newest) return;
    const before = this.#oldestKept();
    this.#newest = instant;
    if (this.#oldestKept() === before) return;
    for (const map of [this.#seen, this.#again]) {
      for (const time of map.keys()) if (Date.parse(time) < this.#oldestKept()) map.delete(time);
    }
  }

  /** The beginning of a second. */
  #oldestKept(): number {
    return Math.floor((this.#newest - OVERLAP_MS) / 1000) * 1000;
  }
}
