import { rollbackTag } from '../../database/progress';
import type { GateError } from '../../errors/gate-error';
import { needsDirective } from '../../migrate/directive-remedy';
import type { UndoUnit } from './undo-units';

interface WhatStays {
  /** Tags that were undone and committed before. */
  readonly undone: readonly string[];
  /** Whether the connection was lost during the COMMIT. */
  readonly isOutcomeUnknown?: boolean;
  /** The migration of which something is undone and stays so. */
  readonly half?: string | undefined;
}

const SAME_TOKEN = 'run the rollback again with the same target and token';

/** Tells with a failure what became of the rollback, and what that asks for. */
export function undoFailure(thrown: GateError, unit: UndoUnit, stays: WhatStays): GateError {
  // What the server refuses beside the scripts, an event trigger for example, it refuses again: no fault of the runner.
  const isRefused = thrown.exit === 'INTERNAL' && thrown.sqlstate !== undefined;
  const failure = isRefused ? thrown.with({ exit: 'MIGRATION_FAILED' }) : thrown;
  const { undone, isOutcomeUnknown, half } = stays;
  if (isOutcomeUnknown) {
    return failure.with({
      remedy: `${SAME_TOKEN}: it reads first what was committed, and succeeds at once when that was all`,
    });
  }
  const before = undone.length > 0 && `rolled back before and staying so: ${undone.join(', ')}`;
  const parts = [half !== undefined && `${half} is half rolled back`, before].filter(Boolean);
  return failure.with({
    message: `${failure.message}; ${parts.length > 0 ? parts.join('; ') : 'nothing was rolled back'}`,
    ...remedyFor(failure, unit),
  });
}

function remedyFor(
  failure: GateError,
  { mode, migrations: [first] }: UndoUnit,
): { readonly remedy?: string } {
  if (mode !== 'transactional' && failure.exit === 'MISMATCH' && first) {
    const { tag } = first.migration;
    return {
      remedy: `restore the statements that have run, and correct only those after them; or bring ${tag} back by hand, and forget its rollback with: drizzle-gate repair --forget ${rollbackTag(tag)}`,
    };
  }
  if (mode === 'transactional' && needsDirective(failure)) {
    return {
      remedy:
        'begin the rollback script with the line "-- drizzle-gate: no-transaction", which runs it statement by statement; then ask for the plan again and confirm it',
    };
  }
  return {};
}
