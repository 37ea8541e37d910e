import type { Journal } from '../../../core/journal';
import type { LockOptions } from '../database/lock';
import type { RunRecord } from '../database/run-record';
import type { Session } from '../database/session';
import type { SessionObserver } from '../observe/session-observer';
import type { DatabaseContext } from '../run-context';

/** What applying a unit works with. */
export interface UnitContext extends DatabaseContext {
  readonly session: Session;
  readonly journal: Journal;
  readonly lock: LockOptions;
  readonly observer: SessionObserver;
  readonly record: RunRecord;
  /** Whether no migration was recorded when the run began. */
  readonly historyWasEmpty: boolean;
}

/** `stale`: another runner has changed the history meanwhile, so nothing was done and the plan must be made anew. */
export type UnitOutcome = 'applied' | 'stale';
