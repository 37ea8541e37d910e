import type { FollowPrinter } from './follow-printer';
import type { Note } from './notes';

/**
 * Tells each note once, in the right place: what is about a pod in the block of that pod, what comes after its logs when
 * they are through.
 */
export class Narrator {
  readonly #told = new Set<string>();
  readonly #opened = new Set<string>();
  readonly #read = new Set<string>();

  constructor(readonly printer: FollowPrinter) {}

  /** The block of a pod begins. */
  open(uid: string): void {
    this.#opened.add(uid);
  }

  /** The logs of a pod are through. */
  close(uid: string): void {
    this.#read.add(uid);
  }

  tell(notes: readonly Note[]): void {
    for (const { key, uid, isAfterLogs, text } of notes) {
      if (this.#told.has(key)) continue;
      if (uid !== undefined && !(isAfterLogs ? this.#read : this.#opened).has(uid)) continue;
      this.#told.add(key);
      this.printer.note(text);
    }
  }
}
