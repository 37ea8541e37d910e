import { isOutcomeUnknown } from '../database/transaction';
import type { GateError } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { UnitMode } from './unit';

/** What became of the migrations of a unit that failed. */
export interface UnitFate {
  /** Tags of what failed: of what a COMMIT refuses, all that was in the transaction. */
  readonly failed: readonly string[];
  /** Tags of what was begun and taken back, with what failed. */
  readonly rolledBack: readonly string[];
  /** Tags of what was not begun. */
  readonly notStarted: readonly string[];
  /** The same of the others, in words; empty where there are none. */
  readonly others: string;
}

/**
 * @param tags of the unit.
 * @param later how many migrations were to come after the unit.
 */
export function unitFate(
  {
    tags,
    mode,
    later,
  }: { readonly tags: readonly string[]; readonly mode: UnitMode; readonly later: number },
  failure: GateError,
): UnitFate {
  const failed = failure.migration;
  const isOpen = isOutcomeUnknown(failure);
  const begun = failed === undefined ? tags : tags.slice(0, tags.indexOf(failed) + 1);
  const culprits = failed === undefined ? tags : [failed];
  const innocent = begun.filter((tag) => !culprits.includes(tag));
  const notStarted = tags.slice(begun.length);
  const left = notStarted.length + later;
  const parts = [
    isOpen && `whether ${someOf(begun)} ${begun.length === 1 ? 'is' : 'are'} committed is not known`,
    mode === 'transactional' &&
      !isOpen &&
      innocent.length > 0 &&
      `${someOf(innocent)} of the same transaction ${innocent.length === 1 ? 'was' : 'were'} rolled back too`,
    left > 0 && `${plural(left, 'migration')} not started`,
  ];
  const rolledBack = mode === 'transactional' && !isOpen ? begun : [];
  return { failed: culprits, rolledBack, notStarted, others: parts.filter(Boolean).join('; ') };
}

/** A unit can have hundreds. */
export function someOf(tags: readonly string[]): string {
  return tags.length > 5 ? `${tags.slice(0, 3).join(', ')} and ${tags.length - 3} more` : tags.join(', ');
}
