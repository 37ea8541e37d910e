import type { Journal } from '../../../core/journal';
import type { NotedRecord } from '../runs/run-record';
import type { ScriptContext } from './script-context';
import type { SeenHistory } from './seen-history';

/** What applying a unit works with. */
export interface UnitContext extends ScriptContext {
  readonly journal: Journal;
  readonly record: NotedRecord;
  /** What the units of a run have seen together; without it, each looks at everything. */
  readonly seen?: SeenHistory;
  /** What the run has made ready, and whose COMMIT may still be on its way. */
  readonly prepared?: Promise<void>;
  /** Asks what stands in the database behind the COMMIT of the last unit. */
  readonly closing?: (() => void) | undefined;
  /** Whether no migration was recorded when the run began. */
  readonly historyWasEmpty: boolean;
}

/** `stale`: another runner has changed the history meanwhile, so nothing was done and the plan must be made anew. */
export type UnitOutcome = 'applied' | 'stale';
