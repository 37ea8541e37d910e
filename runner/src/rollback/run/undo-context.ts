import type { Journal } from '../../../../core/journal';
import type { ScriptContext } from '../../migrate/script-context';
import type { RunRecord } from '../../runs/run-record';
import type { Loss } from '../losses/loss';
import type { RollbackPlan } from '../plan';
import type { UndoUnit } from './undo-units';

/** What undoing a unit works with. */
export interface UndoContext extends ScriptContext {
  readonly journal: Journal;
  readonly record: RunRecord;
  /** @throws GateError (85) when the plan as it is now is not what was confirmed. */
  readonly assertStillConfirmed: (plan: RollbackPlan) => void;
  /** The same for what a single statement destroys. */
  readonly assertStillConfirmedOf: (losses: readonly Loss[]) => void;
  /** Tags that this run has undone and committed before. */
  readonly undone: readonly string[];
  /** With which the rollback has succeeded. */
  readonly last: UndoUnit | undefined;
}

/** `stale`: another runner has undone it meanwhile. */
export type UndoOutcome = 'undone' | 'stale';
