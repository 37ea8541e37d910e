import type { Happening, OpenPart, Part, PartEnd, RunningStatement, Sight } from './part';

/** Whoever follows what a run does: spans, the line on a terminal. */
export interface Follower {
  began?(open: OpenPart): void;
  ended?(open: OpenPart, end: PartEnd): void;
  /** A statement begins; undefined when it has ended. */
  statement?(statement: RunningStatement | undefined): void;
  /** What was seen of the statement that runs. */
  saw?(sight: Sight): void;
  /** @param within the innermost part; undefined where none is open. */
  happened?(happening: Happening, within: Part | undefined): void;
}
